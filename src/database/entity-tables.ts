import type { DataSource, EntityMetadata } from 'typeorm';
import { isSqlite } from './engine';
import { isMissingColumn, isMissingTable } from './errors';

/** The start is refused: what is stored in this entity could not be. */
export class TableMissing extends Error {
  constructor({ name, tableName }: EntityMetadata, cause: unknown) {
    super(
      `The entity ${name} has no table "${tableName}", or one without all of its columns: is its migration listed in its feature?`,
      { cause },
    );
  }
}

/**
 * Every entity has its table, with every column, as the migrations made it. Reads no row.
 *
 * @throws TableMissing naming the first entity for which this is not so
 */
export async function ensureTablesOf(source: DataSource): Promise<void> {
  for (const entity of source.entityMetadatas) {
    try {
      await source.createQueryBuilder(entity.target, 'row').where('1 = 0').getRawMany();
    } catch (error) {
      throw isAboutTable(error) ? new TableMissing(entity, error) : error;
    }
  }
}

function isAboutTable(error: unknown): boolean {
  return isMissingTable(error) || isMissingColumn(error);
}

/** The start is refused: somebody who has an account, or a role, could never be deleted. */
export class KeyBlocksDeletion extends Error {
  constructor(keys: readonly { table: string; column: string }[]) {
    const named = keys.map(({ table, column }) => `${table}.${column}`).join(', ');
    super(
      `What happens to ${named} when the person or role it refers to is deleted? ` +
        'Give the key ON DELETE CASCADE or ON DELETE SET NULL in its migration.',
    );
  }
}

/**
 * Every key to a person or a role says what happens when they go, also those of features that have been taken out.
 *
 * @throws KeyBlocksDeletion
 */
export async function ensureKeysEnd(source: DataSource): Promise<void> {
  const keys = await source.query<{ table: string; column: string }[]>(
    isSqlite({ dataSource: source }) ? blockingKeysOfSqlite : blockingKeysOfServer,
  );
  if (keys.length > 0) throw new KeyBlocksDeletion(keys);
}

const blockingKeysOfSqlite = `
  SELECT m.name AS "table", k."from" AS "column" FROM sqlite_master m, pragma_foreign_key_list(m.name) k
    WHERE m.type = 'table' AND k."table" IN ('users', 'roles') AND k.on_delete NOT IN ('CASCADE', 'SET NULL')`;

const blockingKeysOfServer = `
  SELECT k.table_name AS \`table\`, k.column_name AS \`column\`
    FROM information_schema.referential_constraints r
    JOIN information_schema.key_column_usage k
      ON k.constraint_schema = r.constraint_schema AND k.constraint_name = r.constraint_name AND k.table_name = r.table_name
    WHERE r.constraint_schema = DATABASE() AND r.referenced_table_name IN ('users', 'roles')
      AND r.delete_rule NOT IN ('CASCADE', 'SET NULL')`;
