import type { DataSource, EntityMetadata } from 'typeorm';
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
