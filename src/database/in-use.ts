import { DataSource, type DataSourceOptions } from 'typeorm';
import { nameOfDatabase } from '../config/database-address';
import type { Settings } from '../config/settings';
import { connectionOptions, sqliteFile } from './connection-options';
import { isMissingTable, whyNotOpened } from './errors';
import { faultOf, identityOf } from './sqlite-files';

/** Whether an installation keeps its data in this database: somebody has an account there, or had. Makes nothing. */
export async function isInUse(settings: Settings): Promise<boolean> {
  const [file, name] = [sqliteFile(settings), nameOfDatabase(settings.DATABASE_URL)];
  if (file && identityOf(file, name) === null) return false;
  const fault = file && (await faultOf(file, name));
  if (fault) throw fault;
  const source = new DataSource((await connectionOptions(settings, 'read')) as DataSourceOptions);
  try {
    await source.initialize();
    const rows: unknown[] = await source.query(
      'SELECT 1 FROM access_state WHERE superuser_made_at IS NOT NULL OR EXISTS (SELECT 1 FROM users)',
    );
    return rows.length > 0;
  } catch (error) {
    if (isMissingTable(error)) return false;
    throw whyNotOpened(name, error);
  } finally {
    if (source.isInitialized) await source.destroy();
  }
}
