import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createHash } from 'node:crypto';
import type { Settings } from '../config/settings';
import { sqliteFile } from './connection-options';

const patienceMs = 120_000;

/**
 * Runs `work` while no other process on this database does: for what the engines do not guard
 * themselves, opening an empty file and changing tables. A killed holder's lock goes with its process.
 */
export async function holdingStartLock<T>(settings: Settings, work: () => Promise<T>): Promise<T> {
  const file = sqliteFile(settings);
  const release = file ? await lockSideFile(`${file}.lock`) : await lockOnServer(settings.DATABASE_URL);
  try {
    return await work();
  } finally {
    await release();
  }
}

/** An exclusive transaction on a file of its own; the operating system ends it with the process. */
async function lockSideFile(path: string): Promise<() => Promise<void>> {
  const { default: SqliteFile } = await import('better-sqlite3');
  await mkdir(dirname(path), { recursive: true });
  const file = new SqliteFile(path, { timeout: 0 });
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      file.exec('BEGIN EXCLUSIVE');
      return () => Promise.resolve(void file.close());
    } catch (error) {
      if (!isBusy(error) || Date.now() > deadline) {
        file.close();
        throw error;
      }
      await pause(20 + Math.random() * 30);
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && String(Reflect.get(error, 'code')).startsWith('SQLITE_BUSY');
}

/** GET_LOCK belongs to its connection, and its names to the whole server: the database's name is part of ours. */
async function lockOnServer(url: string): Promise<() => Promise<void>> {
  const { createConnection } = await import('mysql2/promise');
  const connection = await createConnection({ uri: url });
  const name = `mfo:${createHash('sha256').update(new URL(url).pathname).digest('hex').slice(0, 40)}`;
  const [rows] = await connection.query('SELECT GET_LOCK(?, ?) AS held', [name, patienceMs / 1000]);
  if (!JSON.stringify(rows).includes('"held":1')) {
    await connection.end();
    throw new Error('Another process has been migrating this database for two minutes. Start again when it is done.');
  }
  return () => connection.end();
}
