import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Database } from '../database/database';
import { DatabaseUnavailable } from '../database/errors';

const LOOKED_AFTER_MS = 15_000;

/**
 * An outage of the database in the log, however many requests it refuses: the first of them with the cause, then now and
 * then how many it has been, and the end.
 */
@Injectable()
export class Outage implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Outage');
  private refused = 0;
  private told = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly database: Database) {}

  refuse({ message }: DatabaseUnavailable, request: { route: string; requestId: string }): void {
    this.refused += 1;
    if (this.refused > 1) return;
    this.told = 1;
    this.logger.warn({ event: 'database unavailable', ...request, message });
    this.lookLater();
  }

  beforeApplicationShutdown(): void {
    clearTimeout(this.timer);
  }

  private lookLater(): void {
    this.timer = setTimeout(() => void this.look(), LOOKED_AFTER_MS).unref();
  }

  private async look(): Promise<void> {
    try {
      await this.database.ensureWritable();
      this.logger.log({ event: 'database available again', refused: this.refused });
      this.refused = 0;
    } catch (error) {
      if (this.refused > this.told || !(error instanceof DatabaseUnavailable))
        this.logger.warn({ event: 'database still unavailable', refused: this.refused, message: String(error) });
      this.told = this.refused;
      this.lookLater();
    }
  }
}
