import type { EntityManager } from 'typeorm';
import { administration } from '../access/catalogue';
import { Refusal } from '../database/errors';
import { Grant } from './grant.entity';
import { RolePermission } from './role-permission.entity';

export class LastAdministrator extends Refusal {
  constructor() {
    super('Nobody would be left who can administer the site. Make somebody else an administrator first.');
  }
}

/**
 * Checked at the end of every change that could take administration from somebody, under the lock, so that
 * two such changes can't both believe in the other's administrator: an active user who can sign in holds all
 * that administration needs now, without an end date.
 *
 * @throws LastAdministrator, which undoes the transaction.
 */
export async function ensureAdministratorRemains(manager: EntityManager, now: Date): Promise<void> {
  const administrator = await manager
    .createQueryBuilder(RolePermission, 'c')
    .innerJoin(Grant, 'g', 'g.roleId = c.roleId')
    .innerJoin('g.user', 'person', "person.active = 1 AND person.passwordHash <> ''")
    .where('c.permission IN (:...administration)', { administration })
    .andWhere('g.until IS NULL AND (g.from IS NULL OR g.from <= :now)', { now })
    .select('g.userId', 'id')
    .groupBy('g.userId')
    .having('COUNT(DISTINCT c.permission) = :all', { all: administration.length })
    .limit(1)
    .getRawOne<object>();
  if (!administrator) throw new LastAdministrator();
}
