import type { Listed } from '../../directory/user-directory.service';
import { csvHead, csvLine } from '../csv';

const columns = ['id', 'name', 'email', 'active', 'roles', 'createdAt', 'lastSignInAt'];

/** People as lines of a file, page by page. */
export async function* linesOfUsers(pages: AsyncIterable<Listed[]>): AsyncGenerator<string> {
  yield csvHead(columns);
  for await (const page of pages) yield page.map(lineOf).join('');
}

function lineOf({ id, name, email, active, roles, createdAt, lastSignInAt }: Listed): string {
  const moments = [createdAt.toISOString(), lastSignInAt?.toISOString() ?? null];
  return csvLine([id, name, email, active ? 'yes' : 'no', roles.join(', '), ...moments]);
}
