import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { erase, namedThoughDeletedBefore } from '../audit/erasure';
import { SignInEvent } from '../audit/sign-in-event.entity';
import { forgetSignIns } from '../audit/sign-in-events';
import { Clock } from '../config/clock';
import { Database } from '../database/database';
import { PasswordLink } from '../users/password-link.entity';
import { Session } from '../users/session.entity';
import { RateLimit } from './rate-limit.entity';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;

/** How long it is known who signed in and who was refused. */
const KEPT = 400 * DAY;

/** Removes ended sessions, links and limits, and old sign-ins, once an hour. Nothing depends on it: what has ended is not believed before, either. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Housekeeping');
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweep(), HOUR).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  async sweep(): Promise<void> {
    const now = this.clock.now().getTime();
    const ended = { expiresAt: LessThan(now) };
    try {
      await this.database.transaction((manager) => manager.delete(Session, ended));
      await this.database.transaction((manager) => manager.delete(PasswordLink, ended));
      await this.database.transaction((manager) => manager.delete(RateLimit, ended));
      await this.database.transaction((manager) => manager.delete(SignInEvent, { lastAt: LessThan(now - KEPT) }));
      await this.forgetTheDeleted(new Date(now - KEPT));
    } catch (error) {
      this.logger.error(`Ended sessions could not be removed: ${String(error)}`);
    }
  }

  /** Sign-ins that were written as their account was deleted, and in the record of changes who it was. */
  private async forgetTheDeleted(before: Date): Promise<void> {
    const found = await this.database.read.query<{ id: number }[]>(
      `SELECT DISTINCT user_id AS id FROM sign_in_events
         WHERE user_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM users WHERE users.id = user_id)`,
    );
    for (const { id } of found) await this.database.transaction((manager) => forgetSignIns(manager, id));
    for (const subject of await namedThoughDeletedBefore(this.database.read, before))
      await this.database.transaction((manager) => erase(manager, subject));
  }
}
