import type { EntityManager } from 'typeorm';
import { hasEnded } from '../access/holdings';
import type { BuiltInRole } from '../access/names';
import { heldRolesOf } from '../roles/authority';

const everybodys: BuiltInRole = 'User';

/**
 * Whether somebody gave an account more than everybody has who registers. They took who was in it for its owner, and a mailbox
 * alone is no way to what they gave.
 */
export async function wasGivenMore(manager: EntityManager, userId: number, now: Date): Promise<boolean> {
  const held = (await heldRolesOf(manager, [userId])).get(userId) ?? [];
  return held.some((grant) => grant.role !== everybodys && !hasEnded(grant, now));
}
