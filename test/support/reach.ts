import { Database } from '../../src/database/database';
import type { Site } from './site';

/** What each user may come to do by what they hold, and until when: "audit-read", "role Admin". */
export type Reach = ReadonlyMap<number, ReadonlyMap<string, number>>;

/** As the tables say it, whatever the site makes of them. */
const HELD = `SELECT g.user_id AS id, r.name AS role, p.permission, g.ends_at AS until
  FROM grants g JOIN roles r ON r.id = g.role_id LEFT JOIN role_permissions p ON p.role_id = r.id`;

interface Held {
  id: number;
  role: string;
  permission: string | null;
  until: string | Date | null;
}

export async function reachOf(site: Site): Promise<Reach> {
  const reach = new Map<number, Map<string, number>>();
  for (const { id, role, permission, until } of await site.app.get(Database).read.query<Held[]>(HELD)) {
    const reached = reach.get(id) ?? new Map<string, number>();
    reach.set(id, reached);
    const end = until === null ? Infinity : new Date(until).getTime();
    for (const name of [...(role === 'Admin' ? ['role Admin'] : []), ...(permission === null ? [] : [permission])])
      reached.set(name, Math.max(end, reached.get(name) ?? 0));
  }
  return reach;
}

/** Who is let to make themselves an account holds what everybody with an account does. */
export function expectNoGrowth(before: Reach, after: Reach, actorId: number): void {
  for (const [id, reached] of after)
    for (const [name, until] of reached) {
      const allowed = Math.max(before.get(id)?.get(name) ?? 0, before.get(actorId)?.get(name) ?? 0);
      if (until > allowed) expect({ id, name, until }).toEqual({ id, name, until: allowed });
    }
}
