import type { EntityManager } from 'typeorm';
import { isSqlite } from './engine';

interface Terms {
  /** What stands there. */
  old: (column: string) => string;
  /** What would be inserted. */
  given: (column: string) => string;
  greatest: (...terms: string[]) => string;
}

interface Upsert {
  table: string;
  key: readonly string[];
  /** At least one; all with the same columns. */
  rows: readonly Record<string, unknown>[];
  /** What columns become of a row that is there already, in SQL. MariaDB goes through them in this order. */
  update: (terms: Terms) => Record<string, string>;
  /** For the question marks of `update`. */
  parameters?: readonly unknown[];
}

/** Inserts rows, or changes those that are there: in each engine's own single statement, so that two first ones at once both count. */
export async function upsert(
  manager: EntityManager,
  { table, key, rows, update, parameters = [] }: Upsert,
): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  const sqlite = isSqlite(manager);
  const changes = update({
    old: (column) => `${table}.${column}`,
    given: (column) => (sqlite ? `excluded.${column}` : `VALUES(${column})`),
    greatest: (...terms) => `${sqlite ? 'MAX' : 'GREATEST'}(${terms.join(', ')})`,
  });
  const row = `(${columns.map(() => '?').join(', ')})`;
  await manager.query(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${rows.map(() => row).join(', ')}
     ${sqlite ? `ON CONFLICT (${key.join(', ')}) DO UPDATE SET` : 'ON DUPLICATE KEY UPDATE'}
     ${Object.entries(changes)
       .map(([column, becomes]) => `${column} = ${becomes}`)
       .join(', ')}`,
    [...rows.flatMap((values) => columns.map((column) => values[column])), ...parameters],
  );
}
