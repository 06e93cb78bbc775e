import { In, type EntityManager } from 'typeorm';
import { Grant } from './grant.entity';

/** For people without any grant. */
export const NO_GRANTS = new Date(0);

/** So many grants of a role are taken away by one statement. */
const AT_ONCE = 500;

/** NULL if any grant has no end. */
const lastEnd = `(SELECT CASE WHEN COUNT(*) > COUNT(g.ends_at) THEN NULL
    ELSE COALESCE(MAX(g.ends_at), '1970-01-01 00:00:00.000') END
  FROM grants g WHERE g.user_id = users.id)`;

/** Updates when the last grant of these people ends; called after each change of their grants, in its transaction. */
export async function updateLastGrantEnd(manager: EntityManager, userIds: readonly number[]): Promise<void> {
  // By name, because `users` imports `roles`.
  await manager.update('User', { id: In(userIds) }, { lastGrantEndsAt: () => lastEnd });
}

/**
 * Takes a role from everybody who holds it, in batches, however many there are.
 *
 * @param taken is called with the grants of each batch that are gone
 */
export async function removeFromAllHolders(
  manager: EntityManager,
  roleId: number,
  taken: (grants: readonly Pick<Grant, 'userId' | 'until'>[]) => Promise<void>,
): Promise<void> {
  const select = { id: true, userId: true, until: true };
  for (;;) {
    const some = await manager.find(Grant, { where: { roleId }, select, take: AT_ONCE });
    if (some.length === 0) return;
    await manager.delete(Grant, { id: In(some.map(({ id }) => id)) });
    await updateLastGrantEnd(
      manager,
      some.map(({ userId }) => userId),
    );
    await taken(some);
  }
}
