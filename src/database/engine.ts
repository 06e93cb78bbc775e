import type { DataSource } from 'typeorm';

/** Of a manager or a query runner: whether its database is a file. */
export function isSqlite({ dataSource }: { readonly dataSource: DataSource }): boolean {
  return dataSource.options.type === 'better-sqlite3';
}
