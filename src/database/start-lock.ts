import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';
import { DatabaseBusy, whyNotOpened } from './errors';

const patienceMs = 120_000;

/**
 * Runs `work` while no other process on this SQLite file does: for what SQLite does not guard itself, opening an empty
 * file and changing tables. A killed holder's lock goes with its process.
 */
export async function holdingFileLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const release = await lockSideFile(`${file}.lock`);
  try {
    return await work();
  } finally {
    release();
  }
}

/** An exclusive transaction on a file of its own; the operating system ends it with the process. */
async function lockSideFile(path: string): Promise<() => void> {
  const file = await openSideFile(path);
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      file.exec('BEGIN EXCLUSIVE');
      return () => void file.close();
    } catch (error) {
      if (!isBusy(error) || Date.now() > deadline) {
        file.close();
        throw isBusy(error) ? new DatabaseBusy() : error;
      }
      await pause(20 + Math.random() * 30);
    }
  }
}

async function openSideFile(path: string) {
  const { default: SqliteFile } = await import('better-sqlite3');
  try {
    await mkdir(dirname(path), { recursive: true });
    return new SqliteFile(path, { timeout: 0 });
  } catch (error) {
    throw whyNotOpened(error);
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && String(Reflect.get(error, 'code')).startsWith('SQLITE_BUSY');
}

/**
 * The same on a server. `work` must send its statements through `runner`: the lock belongs to that connection, so
 * that a statement which a killed process left running holds it until it is done.
 */
export async function holdingServerLock<T>(runner: QueryRunner, work: () => Promise<T>): Promise<T> {
  // Names of locks are the whole server's.
  const name = "CONCAT('mfo:', SHA1(DATABASE()))";
  const [lock] = await runner.manager.query<{ held: unknown }[]>(
    `SELECT GET_LOCK(${name}, ${patienceMs / 1000}) AS held`,
  );
  if (Number(lock?.held) !== 1) throw new DatabaseBusy();
  try {
    return await work();
  } finally {
    await runner.query(`SELECT RELEASE_LOCK(${name})`);
  }
}
