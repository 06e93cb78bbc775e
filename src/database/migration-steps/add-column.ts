import type { QueryRunner } from 'typeorm';
import { isSqlite } from '../engine';

/** Bears being repeated. TypeORM's own way would copy the whole table on SQLite. @param type in SQL, like `bigint NULL` */
export async function addColumn(runner: QueryRunner, table: string, column: string, type: string): Promise<void> {
  if (!(await runner.hasColumn(table, column))) await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} ${type}`);
}

/** A text that is compared by bytes, as SQLite does anyway. @param length the most characters */
export function textType(runner: QueryRunner, length: number): string {
  return `varchar(${length})${isSqlite(runner) ? '' : ' CHARACTER SET utf8mb4 COLLATE utf8mb4_bin'}`;
}
