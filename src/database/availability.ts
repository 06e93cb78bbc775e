import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource, QueryRunner } from 'typeorm';
import { DatabaseUnavailable, isBusy, isUnavailable } from './errors';

/** How long the statements of this process wait for another program that holds the file of SQLite. */
const PATIENCE_MS = 8_000;
/** Tries that lie further apart belong to two spells of waiting. */
const SPELL_MS = 1_000;
const LONGEST_PAUSE_MS = 50;

/**
 * Waits for a held file without holding up anything else: SQLite's own waiting would stop the whole process. The wait is
 * one for all: whoever comes when it is over tries once and is told at once.
 */
export class Patience {
  private busySince = 0;
  private busyAt = -SPELL_MS;

  async whileBusy<T>(attempt: () => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries++) {
      try {
        return await attempt();
      } catch (error) {
        if (!isBusy(error) || this.isOver()) throw error;
        await pause(Math.min(2 ** tries, LONGEST_PAUSE_MS) * (0.5 + Math.random()));
      }
    }
  }

  /** Somebody has written: whoever meets a held file from now on waits anew. */
  end(): void {
    this.busyAt = -SPELL_MS;
  }

  private isOver(): boolean {
    const now = performance.now();
    if (now - this.busyAt > SPELL_MS) this.busySince = now;
    this.busyAt = now;
    return now - this.busySince >= PATIENCE_MS;
  }
}

/** Every statement of this source waits with patience, and says `DatabaseUnavailable` where the database can't be used just now. */
export function answerable(source: DataSource, patience: Patience, name: string): void {
  const { driver } = source;
  const create = driver.createQueryRunner.bind(driver);
  const known = new WeakSet<QueryRunner>();
  driver.createQueryRunner = (mode) => {
    const runner = create(mode);
    if (known.has(runner)) return runner;
    known.add(runner);
    const query = runner.query.bind(runner) as (...given: unknown[]) => Promise<unknown>;
    const patiently = (...given: unknown[]) => whileAvailable(name, () => patience.whileBusy(() => query(...given)));
    return Object.assign(runner, { query: patiently });
  };
}

/** @throws DatabaseUnavailable in place of what the engine or its driver says of it. */
export async function whileAvailable<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isUnavailable(error) ? new DatabaseUnavailable(name, error) : error;
  }
}
