import { TableIndex, type QueryRunner, type TableIndexOptions } from 'typeorm';

/** Bears being repeated: a server does not undo the half of a migration. */
export async function addIndex(runner: QueryRunner, table: string, index: TableIndexOptions): Promise<void> {
  if (!(await hasIndex(runner, table, index.name))) await runner.createIndex(table, new TableIndex(index));
}

export async function hasIndex(runner: QueryRunner, table: string, name?: string): Promise<boolean> {
  const known = (await runner.getTable(table))?.indices ?? [];
  return known.some((index) => index.name === name);
}
