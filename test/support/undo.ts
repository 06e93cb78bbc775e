import { Database } from '../../src/database/database';
import { formsOf, press, unescaped } from './forms-of';
import type { Page, Person } from './person';
import type { Site } from './site';

type Fields = Record<string, string>;

/** Confirms an undo that was shown. */
export async function confirm(person: Person, shown: Page): Promise<Page> {
  return (await press(person, shown, /^Undo$/)).page;
}

/** What the page's form would send on. */
export const digestOn = ({ body }: Page) => /name="digest" value="([0-9a-f]{64})"/.exec(body)?.[1] ?? '';

/** Where the page offers to undo what it tells of; null where it doesn't. */
export function undoOn({ body }: Page): string | null {
  const href = /<section class="flash".*?<a href="([^"]*)">Undo<\/a><\/section>/s.exec(body)?.[1];
  return href === undefined ? null : unescaped(href);
}

/** Previews a change, confirms it, and goes on to the page that tells of it. */
export async function make(person: Person, what: 'users' | 'roles', fields: Fields): Promise<Page> {
  const path = `/admin/${what}/change`;
  const shown = await person.get(`${path}?${new URLSearchParams(fields).toString()}`);
  const done = await person.post(path, { ...fields, digest: digestOn(shown) });
  expect([fields, done.status]).toEqual([fields, 303]);
  return person.get(done.location!);
}

/** Follows the link of the page, and presses the button: two interactions. @returns the page that tells of it */
export async function undo(person: Person, page: Page): Promise<Page> {
  const shown = await person.get(undoOn(page)!);
  expect(formsOf(shown).flatMap(({ buttons }) => buttons.map(({ words }) => words))).toContain('Undo');
  const { page: done } = await press(person, shown, /^Undo$/);
  expect(done.status).toBe(303);
  return person.get(done.location!);
}

/** Who may do what, as the tables have it: what an undo brings back. */
export async function holdings(site: Site): Promise<unknown> {
  const { read } = site.app.get(Database);
  const [users, grants, roles, carried] = await Promise.all([
    read.query<unknown[]>('SELECT id, active FROM users ORDER BY id'),
    read.query<unknown[]>(
      'SELECT user_id, role_id, starts_at, ends_at, reason, granted_by, granted_at FROM grants ORDER BY user_id, role_id',
    ),
    read.query<unknown[]>('SELECT id, name, description, holders FROM roles ORDER BY id'),
    read.query<unknown[]>('SELECT role_id, permission FROM role_permissions ORDER BY role_id, permission'),
  ]);
  return { users, grants, roles, carried };
}

/** What the page says of what was done last. */
export function toldOn({ body }: Page): string {
  const inner = /<p id="done" role="status">(.*?)<\/p>/s.exec(body)?.[1] ?? '';
  return inner.replace(/<[^>]*>/g, '').trim();
}
