import { HttpException, HttpStatus } from '@nestjs/common';
import { MoreThan } from 'typeorm';
import type { Database } from '../database/database';
import { upsert } from '../database/upsert';
import { RateLimit } from './rate-limit.entity';

export class TooManyAttempts extends HttpException {
  constructor(readonly retryAfterSeconds: number) {
    super(`Too many attempts. Try again in ${inMinutes(retryAfterSeconds)}.`, HttpStatus.TOO_MANY_REQUESTS);
  }
}

function inMinutes(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? 'a minute' : `${minutes} minutes`;
}

interface Limit {
  name: string;
  most: number;
  seconds: number;
}

/** Counts attempts by key, in windows that begin with the first one (fixed windows); all processes share the counts. */
export class AttemptCounter {
  constructor(
    private readonly database: Database,
    private readonly limit: Limit,
  ) {}

  /** Looks, and writes nothing. @throws TooManyAttempts */
  async ensureLeft(key: string): Promise<void> {
    const row = await this.database.read.findOneBy(RateLimit, { name: this.nameOf(key) });
    if (row && row.expiresAt > Date.now() && row.points >= this.limit.most) throw tooMany(row);
  }

  /** @throws TooManyAttempts where none was left; then it is not counted */
  async use(key: string): Promise<void> {
    await this.ensureLeft(key);
    const row = await this.add(key);
    if (row.points <= this.limit.most) return;
    // Of many at once some come too late for the look.
    await this.giveBack(key);
    throw tooMany(row);
  }

  /** Counts one, also beyond the limit. In a window that has ended it is the first of the next. */
  async add(key: string): Promise<RateLimit> {
    const [name, now] = [this.nameOf(key), Date.now()];
    return this.database.transaction(async (manager) => {
      await upsert(manager, {
        table: 'rate_limits',
        key: ['name'],
        rows: [{ name, points: 1, expires_at: now + this.limit.seconds * 1000 }],
        update: ({ old, given }) => ({
          points: `CASE WHEN ${old('expires_at')} > ? THEN ${old('points')} + 1 ELSE 1 END`,
          expires_at: `CASE WHEN ${old('expires_at')} > ? THEN ${old('expires_at')} ELSE ${given('expires_at')} END`,
        }),
        parameters: [now, now],
      });
      return manager.findOneByOrFail(RateLimit, { name });
    });
  }

  async giveBack(key: string): Promise<void> {
    const used = { name: this.nameOf(key), points: MoreThan(0) };
    await this.database.transaction((manager) => manager.decrement(RateLimit, used, 'points', 1));
  }

  async clear(key: string): Promise<void> {
    await this.database.transaction((manager) => manager.delete(RateLimit, { name: this.nameOf(key) }));
  }

  private nameOf(key: string): string {
    return `${this.limit.name}:${key}`;
  }
}

function tooMany({ expiresAt }: RateLimit): TooManyAttempts {
  return new TooManyAttempts(Math.max(1, Math.ceil((expiresAt - Date.now()) / 1000)));
}
