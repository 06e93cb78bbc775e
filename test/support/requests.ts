import { Database } from '../../src/database/database';
import { AccessRequest } from '../../src/requests/access-request.entity';
import type { Site } from './site';

/** A request of this user for access to a page that they have not asked for yet, which nobody has answered. */
export async function anOpenRequest(site: Site, userId: number): Promise<number> {
  const { read } = site.app.get(Database);
  const known = await read.findOneBy(AccessRequest, { userId, state: 'open' });
  if (known) return known.id;
  const request = { userId, route: 'GET /admin', rule: '', reason: '', state: 'open', createdAt: new Date() } as const;
  const { identifiers } = await site.app.get(Database).transaction((manager) => manager.insert(AccessRequest, request));
  return Number(identifiers[0]?.id);
}
