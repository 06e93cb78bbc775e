import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Clock } from '../config/clock';
import { AuditLogBroken } from './audit-errors';
import { AuditLog, type Verified } from './audit-log.service';

const DAY = 24 * 60 * 60_000;
const LOOKED_AT_AT_START = 500;

/** What this process last found out about the audit log. */
export interface Watched {
  at: Date;
  /** How many events were followed, to the newest; null where the log is broken. */
  events: number | null;
}

/**
 * Writes the head of the audit log to the log of the site, so that it also stands where whoever changes the database
 * can't change it, and says where the audit log is broken: at the start by its end, every day by all of it.
 */
@Injectable()
export class AuditWatch implements BeforeApplicationShutdown {
  private readonly logger = new Logger('AuditLog');
  private timer?: NodeJS.Timeout;
  private isEnding = false;
  /** null: it could not be read. */
  last: Watched | null = null;

  constructor(
    private readonly log: AuditLog,
    private readonly clock: Clock,
  ) {}

  async begin(): Promise<void> {
    await this.tell(this.log.verifyNewest(LOOKED_AT_AT_START));
    this.timer = setInterval(() => void this.tell(this.log.verify()), DAY).unref();
  }

  beforeApplicationShutdown(): void {
    this.isEnding = true;
    clearInterval(this.timer);
  }

  /** Never throws: the site goes on, whatever was done to the log. */
  private async tell(verified: Promise<Verified>): Promise<void> {
    try {
      const { head, events } = await verified;
      this.last = { at: this.clock.now(), events };
      this.logger.log({ event: 'audit log head', head: `${head.sequence}:${head.hash}` });
    } catch (error) {
      if (this.isEnding) return;
      const isBroken = error instanceof AuditLogBroken;
      this.last = isBroken ? { at: this.clock.now(), events: null } : null;
      if (isBroken)
        this.logger.error({ event: 'audit log broken', fault: error.message, head: await this.storedHead() });
      else this.logger.error({ event: 'audit log not verified', error: String(error) });
    }
  }

  private async storedHead(): Promise<string> {
    return this.log.head().then(
      ({ sequence, hash }) => `${sequence}:${hash}`,
      () => 'none',
    );
  }
}
