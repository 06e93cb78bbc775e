import { setTimeout as pause } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';
import { DatabaseBusy, isBusy, whyNotOpened } from './errors';
import { sqliteDriver } from './sqlite-driver';
import { makePrivately } from './sqlite-files';

const patienceMs = 120_000;

/**
 * Runs `work` while no other process on this SQLite file does: for what SQLite does not guard itself, opening an empty
 * file and changing tables. A killed holder's lock goes with its process.
 */
export async function holdingFileLock<T>(file: string, name: string, work: () => Promise<T>): Promise<T> {
  const release = await lockSideFile(`${file}.lock`, name);
  try {
    return await work();
  } finally {
    release();
  }
}

/** An exclusive transaction on a file of its own; the operating system ends it with the process. */
async function lockSideFile(path: string, name: string): Promise<() => void> {
  const file = await openSideFile(path, name);
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

async function openSideFile(path: string, name: string) {
  const SqliteFile = await sqliteDriver();
  await makePrivately(path, name);
  try {
    return new SqliteFile(path, { timeout: 0 });
  } catch (error) {
    throw whyNotOpened(name, error);
  }
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
