import { In, type EntityManager } from 'typeorm';
import { Grant } from './grant.entity';

/** For who was never given a role, or holds none any more. */
export const holdsNone = new Date(0);

/** As both engines read it: no end of one grant is no end of all. */
const lastEnd = `(SELECT CASE WHEN COUNT(*) > COUNT(g.ends_at) THEN NULL
    ELSE COALESCE(MAX(g.ends_at), '1970-01-01 00:00:00.000') END
  FROM grants g WHERE g.user_id = users.id)`;

/** Notes until when these people hold any role; asked for after each change of their grants, in its transaction. */
export async function noteHeldUntil(manager: EntityManager, userIds: readonly number[]): Promise<void> {
  // By name: `users` stands above `roles`, and imports it.
  await manager.update('User', { id: In(userIds) }, { heldUntil: () => lastEnd });
}

/** Takes a role from everybody who holds it, a handful at a time: any number of people may. */
export async function takeFromEverybody(manager: EntityManager, roleId: number, atOnce = 500): Promise<void> {
  for (;;) {
    const some = await manager.find(Grant, { where: { roleId }, select: { id: true, userId: true }, take: atOnce });
    if (some.length === 0) return;
    await manager.delete(Grant, { id: In(some.map(({ id }) => id)) });
    await noteHeldUntil(
      manager,
      some.map(({ userId }) => userId),
    );
  }
}
