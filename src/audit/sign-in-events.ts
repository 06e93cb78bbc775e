import { createHash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../config/clock';
import { networkOf } from '../config/network';
import { Database } from '../database/database';
import { countOne } from './daily-figures';

const HOUR = 60 * 60_000;

export interface SignInEntry {
  kind: 'signed in' | 'sign-in refused' | 'sign-in limited' | 'forbidden' | 'registration limited';
  userId?: number | undefined;
  ip: string;
  route?: string | undefined;
}

/**
 * Records sign-ins and refusals beside the chain of audit events: strangers cause them, and must not make anybody wait.
 * The same again within the hour is counted, so that a flood costs one row.
 */
@Injectable()
export class SignInEvents {
  private readonly logger = new Logger('SignInEvents');

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Never throws: what was decided stands, recorded or not. */
  async record({ kind, userId, ip, route }: SignInEntry): Promise<void> {
    const moment = this.clock.now();
    const now = moment.getTime();
    const place = userId === undefined ? networkOf(ip) : ip;
    const who = [kind, userId ?? null, place, route?.slice(0, 255) ?? null];
    try {
      await this.database.transaction(async (manager) => {
        await manager.query(upsertOf(manager), [idOf([...who, Math.floor(now / HOUR)]), ...who, now, now]);
        await countOne(manager, kind, moment);
      });
    } catch (error) {
      this.logger.error({ event: 'not recorded', kind, user: userId, ip, error: String(error) });
    }
  }
}

function idOf(common: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(common)).digest('hex');
}

/** Each engine's own statement, so that two first ones at once both count. */
function upsertOf(manager: EntityManager): string {
  const isSqlite = manager.dataSource.options.type === 'better-sqlite3';
  return `INSERT INTO sign_in_events (id, kind, user_id, ip, route, first_at, last_at, count)
    VALUES (?, ?, ?, ?, ?, ?, ?, 1)
    ${isSqlite ? 'ON CONFLICT (id) DO UPDATE SET' : 'ON DUPLICATE KEY UPDATE'}
      count = sign_in_events.count + 1,
      last_at = ${isSqlite ? 'excluded.last_at' : 'VALUES(last_at)'}`;
}
