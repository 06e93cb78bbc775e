import { Database } from '../../src/database/database';
import { heldRolesOf } from '../../src/roles/authority';
import { User } from '../../src/users/user.entity';
import type { Site } from './site';

/** What each user may come to do by what they hold, and until when: "audit-read", "role Admin". */
export type Reach = ReadonlyMap<number, ReadonlyMap<string, number>>;

export async function reachOf(site: Site): Promise<Reach> {
  const { read } = site.app.get(Database);
  const ids = (await read.find(User, { select: { id: true } })).map(({ id }) => id);
  const held = await heldRolesOf(read, ids);
  return new Map(
    ids.map((id) => {
      const reached = new Map<string, number>();
      for (const { role, permissions, until } of held.get(id) ?? [])
        for (const name of [...(role === 'Admin' ? ['role Admin'] : []), ...permissions])
          reached.set(name, Math.max(until?.getTime() ?? Infinity, reached.get(name) ?? 0));
      return [id, reached];
    }),
  );
}

/** Who is let to make themselves an account holds what everybody with an account does. */
export function expectNoGrowth(before: Reach, after: Reach, actorId: number): void {
  for (const [id, reached] of after)
    for (const [name, until] of reached) {
      const allowed = Math.max(before.get(id)?.get(name) ?? 0, before.get(actorId)?.get(name) ?? 0);
      if (until > allowed) expect({ id, name, until }).toEqual({ id, name, until: allowed });
    }
}
