import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { sqliteDriver } from '../../src/database/sqlite-driver';

/** An empty database of a test's own, on the engine that TEST_DATABASE names: `sqlite` (the default) or `mysql`. */
export interface TestDatabase {
  url: string;
  /** The rows as they stand now, beside whatever programs are using it. */
  query<Row>(sql: string): Promise<Row[]>;
  /** As somebody who can write past the programs. */
  change(sql: string): Promise<void>;
  /** Runs all the statements of a script, whatever order its tables are in. */
  restore(script: string): Promise<void>;
  drop(): Promise<void>;
}

export const isMysql = process.env.TEST_DATABASE === 'mysql';
const server = process.env.TEST_MYSQL_URL ?? 'mysql://root@127.0.0.1:3306';

export async function emptyDatabase(): Promise<TestDatabase> {
  return isMysql ? onServer() : inFolder();
}

async function inFolder(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'mfo-test-'));
  const path = join(folder, 'mfo.sqlite');
  return {
    url: `sqlite:${path}`,
    query: (sql) => onFile(path, sql),
    change: (sql) => changeFile(path, sql),
    restore: (script) => changeFile(path, `PRAGMA foreign_keys = OFF;\n${script}`),
    drop: () => rm(folder, { recursive: true, force: true }),
  };
}

async function onFile<Row>(path: string, sql: string): Promise<Row[]> {
  const SqliteFile = await sqliteDriver();
  const file = new SqliteFile(path, { readonly: true });
  try {
    return file.prepare(sql).all() as Row[];
  } finally {
    file.close();
  }
}

async function changeFile(path: string, sql: string): Promise<void> {
  const SqliteFile = await sqliteDriver();
  const file = new SqliteFile(path, { timeout: 10_000 });
  try {
    file.exec(sql);
  } finally {
    file.close();
  }
}

async function onServer(): Promise<TestDatabase> {
  const name = `mfo_test_${randomBytes(6).toString('hex')}`;
  await onConnection(server, `CREATE DATABASE ${name}`);
  const url = `${server}/${name}`;
  return {
    url,
    query: (sql) => onConnection(url, sql),
    change: async (sql) => void (await onConnection(url, sql)),
    restore: async (script) =>
      void (await onConnection(`${url}?multipleStatements=true`, `SET foreign_key_checks = 0;\n${script}`)),
    drop: async () => void (await onConnection(server, `DROP DATABASE ${name}`)),
  };
}

async function onConnection<Row>(uri: string, sql: string): Promise<Row[]> {
  const connection = await createConnection({ uri });
  try {
    const [rows] = await connection.query(sql);
    return rows as Row[];
  } finally {
    await connection.end();
  }
}
