import type { QueryRunner, TableColumnOptions, TableForeignKeyOptions, TableIndexOptions } from 'typeorm';
import { isSqlite } from './engine';

type More = Partial<Pick<TableColumnOptions, 'isNullable' | 'default' | 'isUnique'>>;

/** The parts of a table for a migration, the same on every engine. What is not nullable must have a value. */
export function tableParts(runner: QueryRunner) {
  const sqlite = isSqlite(runner);
  const integer = sqlite ? 'integer' : 'int';
  // SQLite compares by bytes; MySQL and MariaDB must be told to.
  const byBytes = sqlite ? {} : { charset: 'utf8mb4', collation: 'utf8mb4_bin' };
  return {
    /** The number of a row, which is never used again. */
    id: (): TableColumnOptions => ({
      name: 'id',
      type: integer,
      isPrimary: true,
      isGenerated: true,
      generationStrategy: 'increment',
    }),
    number: (name: string, more: More = {}): TableColumnOptions => ({ name, type: integer, ...more }),
    yesOrNo: (name: string, more: More = {}): TableColumnOptions => ({ name, type: 'boolean', ...more }),
    /** @param length the most characters */
    text: (name: string, length: number, more: More = {}): TableColumnOptions => ({
      name,
      type: 'varchar',
      length: String(length),
      ...byBytes,
      ...more,
    }),
    /** More than an index can hold. */
    longText: (name: string, more: More = {}): TableColumnOptions => ({ name, type: 'text', ...byBytes, ...more }),
    /** A moment in UTC, to the millisecond. */
    time: (name: string, more: More = {}): TableColumnOptions => ({ name, type: 'datetime', precision: 3, ...more }),
    /** A moment as milliseconds since 1970 UTC: `epochMilliseconds` in the entity. */
    epoch: (name: string, more: More = {}): TableColumnOptions => ({ name, type: 'bigint', ...more }),
    /** A day like "2027-06-19": `calendarDay` in the entity. An engine's own type would depend on time zones. */
    day: (name: string, more: More = {}): TableColumnOptions => ({
      name,
      type: 'varchar',
      length: '10',
      ...byBytes,
      ...more,
    }),
    /** @param whenGone what happens to these rows when the one they refer to is deleted */
    keyTo: (
      referencedTableName: string,
      { from, column, whenGone }: { from: string; column: string; whenGone: 'delete' | 'set null' },
    ): TableForeignKeyOptions => ({
      name: `fk_${from}_${column.replace(/_id$/, '')}`,
      columnNames: [column],
      referencedTableName,
      referencedColumnNames: ['id'],
      onDelete: whenGone === 'delete' ? 'CASCADE' : 'SET NULL',
      onUpdate: 'NO ACTION',
    }),
    index: (name: string, columnNames: string[], isUnique = false): TableIndexOptions => ({
      name,
      columnNames,
      isUnique,
    }),
  };
}
