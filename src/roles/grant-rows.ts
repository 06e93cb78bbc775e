import type { EntityManager } from 'typeorm';
import type { Actor } from '../audit/actor';
import { Grant } from './grant.entity';
import { updateLastGrantEnd } from './last-grant-end';
import { Role } from './role.entity';

type NewGrant = Pick<Grant, 'userId' | 'roleId' | 'grantedBy' | 'grantedAt'> &
  Partial<Pick<Grant, 'from' | 'until' | 'reason'>>;

/** Counts its holder, too. */
export async function insertGrant(manager: EntityManager, grant: NewGrant): Promise<void> {
  await manager.insert(Grant, grant);
  await manager.increment(Role, { id: grant.roleId }, 'holders', 1);
  await updateLastGrantEnd(manager, [grant.userId]);
}

/** The user who gives it, as a grant names them. */
export function giverOf(actor: Actor): number | null {
  return actor.kind === 'user' ? actor.id : null;
}

export async function removeGrant(manager: EntityManager, { id, userId, roleId }: Grant): Promise<void> {
  await manager.delete(Grant, id);
  await manager.decrement(Role, { id: roleId }, 'holders', 1);
  await updateLastGrantEnd(manager, [userId]);
}
