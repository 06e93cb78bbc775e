import type { EntityManager, FindOneOptions } from 'typeorm';
import { isSqlite } from './engine';

/**
 * How a transaction reads what is committed now, and keeps others from it until its end. On a server it would otherwise
 * see its rows as they were when it first read; on SQLite one that has written sees all there is, and writes alone.
 */
export function currentRows(manager: EntityManager): Pick<FindOneOptions, 'lock'> {
  return isSqlite(manager) ? {} : { lock: { mode: 'pessimistic_write' } };
}

/** The same at the end of a SELECT. */
export function currentRowsInSql(manager: EntityManager): string {
  return isSqlite(manager) ? '' : 'FOR UPDATE';
}
