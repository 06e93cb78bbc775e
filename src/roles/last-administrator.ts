import type { EntityManager } from 'typeorm';
import { administration } from '../access/catalogue';
import { Refusal } from '../database/errors';

export class LastAdministrator extends Refusal {
  constructor() {
    super('Nobody would be left who can administer the site. Make somebody else an administrator first.');
  }
}

/**
 * Checked at the end of every change that could take administration from somebody, under the lock, so that
 * two such changes can't both believe in the other's administrator: an active user who can sign in holds all
 * that administration needs, without an end date.
 *
 * @throws LastAdministrator, which undoes the transaction.
 */
export async function ensureAdministratorRemains(manager: EntityManager): Promise<void> {
  const marks = administration.map(() => '?').join(', ');
  const administrators: unknown[] = await manager.query(
    `SELECT u.id FROM role_permissions rp
       JOIN grants g ON g.role_id = rp.role_id
       JOIN users u ON u.id = g.user_id
      WHERE rp.permission IN (${marks}) AND g.ends_at IS NULL AND u.active = 1 AND u.password_hash <> ''
      GROUP BY u.id HAVING COUNT(DISTINCT rp.permission) = ? LIMIT 1`,
    [...administration, administration.length],
  );
  if (administrators.length === 0) throw new LastAdministrator();
}
