import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { defineHook } from '../hook';

const HOUR = 60 * 60_000;

/** What is removed once an hour. Nothing depends on it: what has ended is not believed before, either. */
export interface HourlyJob {
  /** In a transaction of its own, as it may take long. */
  sweep(): Promise<void>;
}

/** `@SweptHourly` on a provider: something of its feature is swept away once an hour. */
export const SweptHourly = defineHook<HourlyJob>();

/** Runs the hourly jobs of all features, as long as the site runs. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Housekeeping');
  private timer?: NodeJS.Timeout;

  constructor(private readonly discovery: DiscoveryService) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweep(), HOUR).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** One that fails keeps none of the others. */
  async sweep(): Promise<void> {
    for (const job of SweptHourly.partsIn(this.discovery)) {
      try {
        await job.sweep();
      } catch (error) {
        this.logger.error(`${job.constructor.name} could not remove what has ended: ${String(error)}`);
      }
    }
  }
}
