import { Logger } from '@nestjs/common';
import { networkOf } from '../config/network';

const HOUR_MS = 60 * 60_000;
const MOST = 20;
/** So that nobody uses them up alone. */
const MOST_OF_A_NETWORK = 3;

/**
 * Warnings of one kind that strangers can cause. In an hour each cause is logged once, and a bounded number of them; at its
 * end, how many more requests there were. Causes that strangers choose are a kind of their own: they crowd out no others.
 */
export class RareWarnings {
  private readonly logger: Logger;
  /** The causes logged in this hour, each with the network it came from. */
  private readonly told = new Map<string, string>();
  private untold = 0;

  /** @param kind of requests, in the plural: "forms from other origins" */
  constructor(
    context: string,
    private readonly kind: string,
  ) {
    this.logger = new Logger(context);
  }

  /** @param ip of whoever sent the request */
  warn(cause: string, ip: string, sentence: string): void {
    const network = networkOf(ip);
    if (this.told.has(cause)) return;
    if (!this.isRoomFor(network)) {
      this.untold++;
      return;
    }
    if (this.told.size === 0) setTimeout(() => this.beginAnew(), HOUR_MS).unref();
    this.told.set(cause, network);
    this.logger.warn(sentence);
  }

  private isRoomFor(network: string): boolean {
    const fromThere = [...this.told.values()].filter((each) => each === network);
    return this.told.size < MOST && fromThere.length < MOST_OF_A_NETWORK;
  }

  private beginAnew(): void {
    if (this.untold > 0)
      this.logger.warn(`In the last hour there were more ${this.kind} than are logged one by one: ${this.untold}.`);
    this.told.clear();
    this.untold = 0;
  }
}
