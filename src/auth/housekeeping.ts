import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { Clock } from '../config/clock';
import { Database } from '../database/database';
import { Session } from '../users/session.entity';
import { RateLimit } from './rate-limit.entity';

const HOUR = 60 * 60_000;

/** Removes ended sessions and limits once an hour. Nothing depends on it: what has ended is not believed before, either. */
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
    const ended = { expiresAt: LessThan(this.clock.now().getTime()) };
    try {
      await this.database.transaction((manager) => manager.delete(Session, ended));
      await this.database.transaction((manager) => manager.delete(RateLimit, ended));
    } catch (error) {
      this.logger.error(`Ended sessions could not be removed: ${String(error)}`);
    }
  }
}
