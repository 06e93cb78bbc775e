import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { LessThan, type EntityManager } from 'typeorm';
import { Clock } from '../config/clock';
import { Database } from '../database/database';
import { SweptHourly, type HourlyJob } from '../database/housekeeping';
import { upsert } from '../database/upsert';
import { countMore } from './daily-figures';
import { KEPT_MS } from './erasure';
import { SignInEvent } from './sign-in-event.entity';
import { SignInTally, type SignInEntry } from './sign-in-tally';

const WRITTEN_AFTER_MS = 3000;
const WRITTEN_AT = 500;
const ROWS_AT_ONCE = 100;

const warned: readonly SignInEntry['kind'][] = [
  'sign-in refused',
  'sign-in limited',
  'account attacked',
  'registration limited',
  'foreign form',
  'unusable link',
  'forbidden',
  'wrong password',
  'second factor refused',
  'second factor limited',
  'change refused',
];

/**
 * Records sign-ins and refusals beside the chain of audit events: strangers cause them, and must not make anybody wait.
 * They are counted in memory and written every few seconds, and at the end of the site. The same again within the hour
 * is counted, so that a flood costs one row and one line of the log.
 */
@SweptHourly
@Injectable()
export class SignInEvents implements BeforeApplicationShutdown, HourlyJob {
  private readonly logger = new Logger('SignInEvents');
  private readonly tally = new SignInTally();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private isFailing = false;
  private isEnding = false;
  private lost = 0;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Old ones, and those that were written as their account was deleted. */
  async sweep(): Promise<void> {
    const lastAt = LessThan(this.clock.now().getTime() - KEPT_MS);
    await this.database.transaction((manager) => manager.delete(SignInEvent, { lastAt }));
    const found = await this.database.read.query<{ id: number }[]>(
      `SELECT DISTINCT user_id AS id FROM sign_in_events
         WHERE user_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM users WHERE users.id = user_id)`,
    );
    for (const { id } of found) await this.database.transaction((manager) => forgetSignIns(manager, id));
  }

  /** Never throws: what was decided stands, recorded or not. @param more what the line of the log tells besides */
  async record(entry: SignInEntry, more: Record<string, unknown> = {}): Promise<void> {
    const counted = this.tally.add(entry, this.clock.now());
    if (!counted) this.lost += 1;
    if (counted?.isNew) this.tell(entry, more);
    // What still runs while the site ends would be too late for a timer.
    if (this.isEnding) return this.flush();
    if (this.tally.size >= WRITTEN_AT && !this.isFailing) void this.flush();
    this.timer ??= setTimeout(() => void this.flush(), WRITTEN_AFTER_MS).unref();
  }

  /** Writes what was counted, and ends when it is written. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isEnding = true;
    await this.flush();
  }

  private tell({ kind, userId, ip, route }: SignInEntry, more: Record<string, unknown>): void {
    const line = { event: kind, user: userId ?? 'unknown', ...(route ? { route } : {}), ip, ...more };
    if (warned.includes(kind)) this.logger.warn(line);
    else this.logger.log(line);
  }

  private async write(): Promise<void> {
    const rows = this.tally.take();
    if (rows.length === 0) return;
    try {
      const people = await this.peopleIn(rows);
      await this.database.transaction((manager) => writeRows(manager, rows, people));
      this.isFailing = false;
    } catch (error) {
      this.lost += this.tally.giveBack(rows);
      this.timer ??= setTimeout(() => void this.flush(), WRITTEN_AFTER_MS).unref();
      if (!this.isFailing || this.isEnding)
        this.logger.error({ event: 'sign-ins not recorded', rows: rows.length, lost: this.lost, error: String(error) });
      this.isFailing = true;
    }
  }

  /** Of somebody who was deleted meanwhile only the figures stay. */
  private async peopleIn(rows: readonly SignInEvent[]): Promise<ReadonlySet<number>> {
    const ids = [...new Set(rows.flatMap(({ userId }) => userId ?? []))];
    if (ids.length === 0) return new Set();
    const marks = ids.map(() => '?').join();
    const found = await this.database.read.query<{ id: number }[]>(`SELECT id FROM users WHERE id IN (${marks})`, ids);
    return new Set(found.map(({ id }) => id));
  }
}

/** A person who is deleted leaves no trace of where they signed in. */
export async function forgetSignIns(manager: EntityManager, userId: number): Promise<void> {
  await manager.delete(SignInEvent, { userId });
}

async function writeRows(
  manager: EntityManager,
  rows: readonly SignInEvent[],
  people: ReadonlySet<number>,
): Promise<void> {
  const kept = rows.filter(({ userId }) => userId === null || people.has(userId));
  for (let start = 0; start < kept.length; start += ROWS_AT_ONCE) {
    const some = kept.slice(start, start + ROWS_AT_ONCE);
    await upsert(manager, {
      table: 'sign_in_events',
      key: ['id'],
      rows: some.map(({ id, kind, userId, ip, route, firstAt, lastAt, count }) => ({
        id,
        kind,
        user_id: userId,
        ip,
        route,
        first_at: firstAt,
        last_at: lastAt,
        count,
      })),
      update: ({ old, given, greatest }) => ({
        count: `${old('count')} + ${given('count')}`,
        last_at: greatest(old('last_at'), given('last_at')),
      }),
    });
  }
  await countMore(
    manager,
    rows.map(({ kind, firstAt, count }) => ({ kind: kind as SignInEntry['kind'], at: new Date(firstAt), count })),
  );
}
