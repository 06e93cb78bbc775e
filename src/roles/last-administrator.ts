import type { EntityManager } from 'typeorm';
import { administration } from '../access/catalogue';
import type { BuiltInRole } from '../access/names';
import { DomainError } from '../database/errors';
import { CAN_SIGN_IN } from '../users/can-sign-in';
import { User } from '../users/user.entity';
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
    .innerJoin('g.user', 'person', CAN_SIGN_IN)
    .where('g.until IS NULL AND (g.from IS NULL OR g.from <= :now)', { now })
    .getExists();
}

/** Whether nobody but this user could administer the site, asked under the lock. */
export async function isLastAdministrator(manager: EntityManager, now: Date, userId: number): Promise<boolean> {
  if (await hasAdministrator(manager, now)) return !(await hasAdministrator(manager, now, userId));
  return (await isAdministrable(manager, now)) && !(await isAdministrable(manager, now, userId));
}

/** Whether somebody holds `Admin` by name, so that nothing is out of reach of everybody. */
async function hasAdministrator(manager: EntityManager, now: Date, except = 0): Promise<boolean> {
  const holders = administrators(manager, now, except)
    .innerJoin(Grant, 'a', 'a.userId = g.userId AND a.until IS NULL AND (a.from IS NULL OR a.from <= :now)', { now })
    .innerJoin('a.role', 'role', 'role.name = :admin', { admin });
  return (await holders.getRawOne()) !== undefined;
}

/** Whether somebody holds all that administration needs, by whichever roles. */
async function isAdministrable(manager: EntityManager, now: Date, except = 0): Promise<boolean> {
  return (await administrators(manager, now, except).getRawOne()) !== undefined;
}

/** @param except the id of a user who doesn't count */
function administrators(manager: EntityManager, now: Date, except: number) {
  return manager
    .createQueryBuilder(RolePermission, 'c')
    .innerJoin(Grant, 'g', 'g.roleId = c.roleId')
    .innerJoin('g.user', 'person', CAN_SIGN_IN)
    .where('c.permission IN (:...administration)', { administration })
    .andWhere('g.until IS NULL AND (g.from IS NULL OR g.from <= :now) AND g.userId <> :except', { now, except })
    .select('g.userId', 'id')
    .groupBy('g.userId')
    .having('COUNT(DISTINCT c.permission) = :all', { all: administration.length })
    .limit(1);
}

const MOST_TOLD = 20;

/** Those who are mailed what administrators should know at once: active holders of `Admin`, those first who were first. */
export async function administratorsToTell(manager: EntityManager, now: Date): Promise<User[]> {
  return manager
    .createQueryBuilder(User, 'person')
    .innerJoin(Grant, 'g', 'g.userId = person.id')
    .innerJoin('g.role', 'role', 'role.name = :admin', { admin })
    .where('person.active = 1 AND (g.from IS NULL OR g.from <= :now) AND (g.until IS NULL OR g.until > :now)', { now })
    .orderBy('person.id')
    .limit(MOST_TOLD)
    .getMany();
}
