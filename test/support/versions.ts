import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { emptyDatabase, isMysql, type TestDatabase } from './database';

export interface Account {
  email: string;
  password: string;
  signsIn: boolean;
}

/** A database as an earlier version left it, with all that belonged to that installation. */
export interface EarlierInstallation {
  database: TestDatabase;
  /** The text of its `.env`, and what it says. */
  envFile: string;
  settings: Record<string, string>;
  accounts: Account[];
}

export async function databaseOfVersion(version: '0.1'): Promise<EarlierInstallation> {
  const read = (file: string) => readFile(join(__dirname, '../versions', version, file), 'utf8');
  const database = await emptyDatabase();
  await database.restore(await read(isMysql ? 'mysql.sql' : 'sqlite.sql'));
  const envFile = await read('settings.env');
  const settings = parseEnv(envFile) as Record<string, string>;
  return { database, envFile, settings, accounts: JSON.parse(await read('accounts.json')) as Account[] };
}
