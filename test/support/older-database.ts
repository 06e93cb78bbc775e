import { DataSource, type DataSourceOptions } from 'typeorm';
import { readSettings } from '../../src/config/settings';
import { connectionOptions } from '../../src/database/connection-options';
import { emptyDatabase, type TestDatabase } from './database';
import { migrations } from './migrations';
import { testEnvironment } from './site';

/** A database as an older program left it, which knew only the migrations before `without`. */
export async function olderDatabase(without: (typeof migrations)[number]): Promise<TestDatabase> {
  const database = await emptyDatabase();
  const options = await connectionOptions(readSettings(testEnvironment(database.url)), 'write');
  const older = new DataSource({
    ...options,
    entities: [],
    migrations: migrations.slice(0, migrations.indexOf(without)),
  } as DataSourceOptions);
  await older.initialize();
  try {
    await older.runMigrations({ transaction: 'each' });
  } finally {
    await older.destroy();
  }
  return database;
}
