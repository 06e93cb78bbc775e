import type { EntityManager } from 'typeorm';
import { RateLimiterRes, type IRateLimiterOptions } from 'rate-limiter-flexible';
import RateLimiterStoreAbstract from 'rate-limiter-flexible/lib/RateLimiterStoreAbstract';
import type { Database } from '../database/database';
import { RateLimit } from './rate-limit.entity';

/** rate-limiter-flexible over our own database: its transactions are the ones everything else uses. */
export class DatabaseRateLimiter extends RateLimiterStoreAbstract {
  constructor(
    private readonly database: Database,
    options: IRateLimiterOptions,
  ) {
    super(options);
  }

  async _upsert(name: string, points: number, durationMs: number, replace = false): Promise<RateLimit> {
    const now = Date.now();
    return this.database.transaction(async (manager) => {
      const runsAfter = replace ? Number.MAX_SAFE_INTEGER : now;
      await manager.query(upsertOf(manager), [name, points, now + durationMs, runsAfter, runsAfter]);
      return manager.findOneByOrFail(RateLimit, { name });
    });
  }

  async _get(name: string): Promise<RateLimit | null> {
    const row = await this.database.read.findOneBy(RateLimit, { name });
    return row && row.expiresAt > Date.now() ? row : null;
  }

  async _delete(name: string): Promise<boolean> {
    const { affected } = await this.database.transaction((manager) => manager.delete(RateLimit, { name }));
    return affected === 1;
  }

  _getRateLimiterRes(_name: string, changedPoints: number, row: RateLimit): RateLimiterRes {
    const isFirst = row.points === changedPoints;
    return new RateLimiterRes(
      Math.max(this.points - row.points, 0),
      Math.max(row.expiresAt - Date.now(), 0),
      row.points,
      isFirst,
    );
  }
}

/**
 * Adds to the points of a window that still runs, or begins a new one where it has ended (by the last
 * two parameters). Each engine's own statement, so that two first attempts at once both count.
 */
function upsertOf(manager: EntityManager): string {
  const isSqlite = manager.dataSource.options.type === 'better-sqlite3';
  const given = (column: string) => (isSqlite ? `excluded.${column}` : `VALUES(${column})`);
  return `INSERT INTO rate_limits (name, points, expires_at) VALUES (?, ?, ?)
    ${isSqlite ? 'ON CONFLICT (name) DO UPDATE SET' : 'ON DUPLICATE KEY UPDATE'}
      points = CASE WHEN rate_limits.expires_at > ? THEN rate_limits.points + ${given('points')} ELSE ${given('points')} END,
      expires_at = CASE WHEN rate_limits.expires_at > ? THEN rate_limits.expires_at ELSE ${given('expires_at')} END`;
}
