import { HttpException, HttpStatus } from '@nestjs/common';
import { MoreThan } from 'typeorm';
import type { Database } from '../database/database';
import { upsert } from '../database/upsert';
import { RateLimit } from './rate-limit.entity';

export class TooManyAttempts extends HttpException {
  constructor(
    readonly retryAfterSeconds: number,
    sentence = `Too many attempts. Try again in ${inMinutes(retryAfterSeconds)}.`,
  ) {
    super(sentence, HttpStatus.TOO_MANY_REQUESTS);
  }
}

function inMinutes(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  if (minutes >= 120) return `${Math.ceil(minutes / 60)} hours`;
  return minutes === 1 ? 'a minute' : `${minutes} minutes`;
}

export interface Limit {
  name: string;
  most: number;
  seconds: number;
  /** What is thrown where none is left. */
  refusal?: new (retryAfterSeconds: number) => TooManyAttempts;
}

interface Taken {
  left: number;
  expiresAt: number;
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
    if (row && row.expiresAt > Date.now() && row.points >= this.limit.most) throw this.refusalFor(row);
  }

  /** @throws TooManyAttempts where none was left; then it is not counted */
  async use(key: string): Promise<void> {
    await useAll([[this, key]]);
  }

  /** For many at once, of which some come too late for the look. @returns how many are left, and until when. @throws TooManyAttempts */
  async take(key: string): Promise<Taken> {
    const row = await this.add(key);
    const { points, expiresAt } = row;
    if (points <= this.limit.most) return { left: this.limit.most - points, expiresAt };
    await this.giveBack(key, expiresAt);
    throw this.refusalFor(row);
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

  /** @param expiresAt of the window it was counted in: where that has ended, it took nothing from the one that runs */
  async giveBack(key: string, expiresAt?: number): Promise<void> {
    const window = expiresAt === undefined ? {} : { expiresAt };
    const used = { name: this.nameOf(key), points: MoreThan(0), ...window };
    await this.database.transaction((manager) => manager.decrement(RateLimit, used, 'points', 1));
  }

  async clear(key: string): Promise<void> {
    await this.database.transaction((manager) => manager.delete(RateLimit, { name: this.nameOf(key) }));
  }

  private refusalFor({ expiresAt }: RateLimit): TooManyAttempts {
    const Refusal = this.limit.refusal ?? TooManyAttempts;
    return new Refusal(Math.max(1, Math.ceil((expiresAt - Date.now()) / 1000)));
  }

  private nameOf(key: string): string {
    return `${this.limit.name}:${key}`;
  }
}

/** A counter, and what it counts by. */
export type Count = readonly [counter: AttemptCounter, key: string];

/**
 * Of all or of none: where one has none left, nothing is counted, and nothing more written.
 *
 * @returns how many are left of each. @throws TooManyAttempts
 */
export async function useAll(counts: readonly Count[]): Promise<number[]> {
  for (const [counter, key] of counts) await counter.ensureLeft(key);
  const taken: Taken[] = [];
  try {
    for (const [counter, key] of counts) taken.push(await counter.take(key));
    return taken.map(({ left }) => left);
  } catch (error) {
    for (const [i, { expiresAt }] of taken.entries()) await counts[i]![0].giveBack(counts[i]![1], expiresAt);
    throw error;
  }
}
