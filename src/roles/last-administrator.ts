import type { EntityManager } from 'typeorm';
import { administration } from '../access/catalogue';
import type { BuiltInRole } from '../access/names';
import { DomainError } from '../database/errors';
import { Grant } from './grant.entity';
import { RolePermission } from './role.entity';

const admin: BuiltInRole = 'Admin';

export class LastAdministrator extends DomainError {
  constructor() {
    super('Nobody would be left who can administer the site. Make somebody else an administrator first.');
  }
}

/**
 * Checked at the end of every change that could take administration from somebody, under the lock, so that
 * two such changes can't both believe in the other's administrator: an active user who can sign in holds the role
 * `Admin`, and all that administration needs now, without an end date.
 *
 * @param committed sees the site as it was before the change: where nobody held `Admin` even then, as in what earlier
 * versions left, a change only must not make it worse.
 * @throws LastAdministrator, which undoes the transaction.
 */
export async function ensureAdministratorRemains(
  manager: EntityManager,
  now: Date,
  committed?: EntityManager,
): Promise<void> {
  if (await hasAdministrator(manager, now)) return;
  if (!committed || (await hasAdministrator(committed, now))) throw new LastAdministrator();
  if (await isAdministrable(manager, now)) return;
  if (await isAdministrable(committed, now)) throw new LastAdministrator();
}

/** Whether somebody who can sign in holds `Admin` by name without an end, whatever it carries: found without counting. */
export async function isAdminHeld(manager: EntityManager, now: Date): Promise<boolean> {
  return manager
    .createQueryBuilder(Grant, 'g')
    .innerJoin('g.role', 'role', 'role.name = :admin', { admin })
    .innerJoin('g.user', 'person', "person.active = 1 AND person.passwordHash <> ''")
    .where('g.until IS NULL AND (g.from IS NULL OR g.from <= :now)', { now })
    .getExists();
}

/** Whether somebody holds `Admin` by name, so that nothing is out of reach of everybody. */
async function hasAdministrator(manager: EntityManager, now: Date): Promise<boolean> {
  const holders = administrators(manager, now)
    .innerJoin(Grant, 'a', 'a.userId = g.userId AND a.until IS NULL AND (a.from IS NULL OR a.from <= :now)', { now })
    .innerJoin('a.role', 'role', 'role.name = :admin', { admin });
  return (await holders.getRawOne()) !== undefined;
}

/** Whether somebody holds all that administration needs, by whichever roles. */
async function isAdministrable(manager: EntityManager, now: Date): Promise<boolean> {
  return (await administrators(manager, now).getRawOne()) !== undefined;
}

function administrators(manager: EntityManager, now: Date) {
  return manager
    .createQueryBuilder(RolePermission, 'c')
    .innerJoin(Grant, 'g', 'g.roleId = c.roleId')
    .innerJoin('g.user', 'person', "person.active = 1 AND person.passwordHash <> ''")
    .where('c.permission IN (:...administration)', { administration })
    .andWhere('g.until IS NULL AND (g.from IS NULL OR g.from <= :now)', { now })
    .select('g.userId', 'id')
    .groupBy('g.userId')
    .having('COUNT(DISTINCT c.permission) = :all', { all: administration.length })
    .limit(1);
}
