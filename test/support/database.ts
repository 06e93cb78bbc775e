import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';

/** An empty database of a test's own, on the engine that TEST_DATABASE names: `sqlite` (the default) or `mysql`. */
export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

export const isMysql = process.env.TEST_DATABASE === 'mysql';
const server = process.env.TEST_MYSQL_URL ?? 'mysql://root@127.0.0.1:3306';

export async function emptyDatabase(): Promise<TestDatabase> {
  return isMysql ? onServer() : inFolder();
}

async function inFolder(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'mfo-test-'));
  return { url: `sqlite:${join(folder, 'mfo.sqlite')}`, drop: () => rm(folder, { recursive: true, force: true }) };
}

async function onServer(): Promise<TestDatabase> {
  const name = `mfo_test_${randomBytes(6).toString('hex')}`;
  await onConnection(`CREATE DATABASE ${name}`);
  return { url: `${server}/${name}`, drop: () => onConnection(`DROP DATABASE ${name}`) };
}

async function onConnection(sql: string): Promise<void> {
  const connection = await createConnection({ uri: server });
  try {
    await connection.query(sql);
  } finally {
    await connection.end();
  }
}
