import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import pLimit from 'p-limit';
import { LessThanOrEqual, MoreThan } from 'typeorm';
import { Clock } from '../config/clock';
import { settings, type Settings } from '../config/settings';
import { Database } from '../database/database';
import { MailDelivery, UnusableAddress, type PreparedMail } from './mail-delivery';
import { traceOf } from '../trace';
import { FiledMails } from './filed-mails';
import { MailPace } from './mail-pace';
import { AnswersByMail } from './mail-request';
import type { MailData } from './mail-names';
import { failureOf, type Failure } from './mail-server';
import { OutboxMessage } from './outbox-message.entity';
import { Outbox } from './outbox.service';

const AT_ONCE = 4;
const ROUND = 50;

/**
 * Sends what is in the outbox, as long as the site runs; any number of processes may. Each takes a mail by a claim, so
 * exactly one sends it. One that dies in the middle loses it after a while, and another sends it, under the same
 * Message-ID. While the mail server fails, all wait, and nothing of it reaches a request.
 */
@Injectable()
export class MailWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Mail');
  private readonly ending = new AbortController();
  private waking = new AbortController();
  private working: Promise<void> = Promise.resolve();
  /** Of the server, in a row, in this process. */
  private failures = 0;
  private pausedUntil = 0;
  private lastFault = '';

  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly delivery: MailDelivery,
    private readonly filed: FiledMails,
    private readonly pace: MailPace,
    private readonly clock: Clock,
    private readonly discovery: DiscoveryService,
    @Inject(settings.KEY) private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    this.outbox.onChange = () => this.waking.abort();
    this.working = this.work();
  }

  /** Waits for what is being sent, but not for a server that keeps silent. */
  async beforeApplicationShutdown(): Promise<void> {
    this.outbox.onChange = () => undefined;
    this.ending.abort();
    await Promise.race([this.working, pause(this.pace.patience, undefined, { ref: false })]);
  }

  private async work(): Promise<void> {
    while (!this.ending.signal.aborted) {
      this.waking = new AbortController();
      const next = await this.round();
      const signal = AbortSignal.any([this.ending.signal, this.waking.signal]);
      await rest(next, signal);
      if (!this.ending.signal.aborted) await this.untilPauseEnds();
    }
  }

  /** A new mail does not make a failing server answer sooner. */
  private async untilPauseEnds(): Promise<void> {
    const left = this.pausedUntil - this.now();
    if (left > 0) await rest(left, this.ending.signal);
  }

  /** @returns how long there is nothing to do, in milliseconds */
  private async round(): Promise<number> {
    try {
      const due = await this.database.read.find(OutboxMessage, {
        where: { dueAt: LessThanOrEqual(this.now()) },
        order: { dueAt: 'ASC', id: 'ASC' },
        take: ROUND,
      });
      const atOnce = pLimit(AT_ONCE);
      await Promise.all(due.map((message) => atOnce(() => this.attempt(message))));
      if (!this.settings.MAIL_URL) await this.filed.removeEnded();
      this.told('');
      return due.length === ROUND ? 0 : await this.untilNext();
    } catch (error) {
      this.told(`The outbox can't be worked through now: ${String(error)}`);
      return this.pace.look;
    }
  }

  private async untilNext(): Promise<number> {
    const [next] = await this.database.read.find(OutboxMessage, {
      select: { id: true, dueAt: true },
      where: { dueAt: MoreThan(0) },
      order: { dueAt: 'ASC' },
      take: 1,
    });
    return Math.max(0, Math.min(this.pace.look, (next?.dueAt ?? Infinity) - this.now()));
  }

  private async attempt(message: OutboxMessage): Promise<void> {
    if (this.ending.signal.aborted || this.pausedUntil > this.now()) return;
    const claim = await this.claim(message);
    if (claim === null) return;
    const prepared = await this.prepare(message, claim);
    if (!prepared) return;
    try {
      await this.withinTime(this.delivery.deliver(message, prepared));
    } catch (error) {
      return this.failed(message, claim, failureOf(error));
    }
    await this.sent(message, claim);
  }

  /** @returns null where there is nothing to send: it is answered, its link has ended, or it failed */
  private async prepare(message: OutboxMessage, claim: string): Promise<PreparedMail | null> {
    try {
      const prepared = message.isRequest ? await this.answer(message, claim) : await this.delivery.prepare(message);
      if (!prepared)
        await this.database.transaction((manager) => manager.delete(OutboxMessage, { id: message.id, claim }));
      return prepared;
    } catch (error) {
      await this.failed(message, claim, this.failureOfOurs(message, error));
      return null;
    }
  }

  private failureOfOurs({ id }: OutboxMessage, error: unknown): Failure {
    if (error instanceof UnusableAddress) return { of: 'mail', isPermanent: true, fault: error.message };
    this.logger.error(`The mail ${id} can't be made: ${traceOf(error)}`);
    return { of: 'mail', isPermanent: false, fault: 'It could not be made; the log says why.' };
  }

  /** @returns null where another one has it */
  private async claim({ id, dueAt }: OutboxMessage): Promise<string | null> {
    const claim = randomBytes(16).toString('hex');
    const { affected } = await this.database.transaction((manager) =>
      manager.update(OutboxMessage, { id, dueAt: dueAt! }, { claim, dueAt: this.now() + this.pace.lease }),
    );
    return affected === 1 ? claim : null;
  }

  private async answer({ id, template, address, data }: OutboxMessage, claim: string): Promise<null> {
    const part = AnswersByMail.partsIn(this.discovery).find(({ request }) => request === template);
    if (!part) throw new Error(`No feature answers ${template} by mail.`);
    await part.answer({
      email: address,
      data: JSON.parse(data) as MailData,
      take: async (manager) => (await manager.delete(OutboxMessage, { id, claim })).affected === 1,
    });
    return null;
  }

  private async withinTime<T>(delivery: Promise<T>): Promise<T> {
    const late = new AbortController();
    const tooLong = pause(this.pace.attempt, undefined, { signal: late.signal }).then(() => {
      throw new Error('The mail server took too long.');
    });
    try {
      return await Promise.race([delivery, tooLong]);
    } finally {
      late.abort();
    }
  }

  private async sent({ id }: OutboxMessage, claim: string): Promise<void> {
    if (this.failures > 0) this.logger.log('Mails are sent again.');
    this.failures = 0;
    await this.database.transaction((manager) =>
      manager.update(OutboxMessage, { id, claim }, { dueAt: null, claim: null, sentAt: this.now(), fault: null }),
    );
  }

  private async failed({ id, attempts, triedSince }: OutboxMessage, claim: string, failure: Failure): Promise<void> {
    const isOfServer = failure.of === 'server';
    const wait = this.pace.pauseAfter(isOfServer ? this.noteFailure(failure) : attempts + 1);
    if (isOfServer) this.pausedUntil = Math.max(this.pausedUntil, this.now() + wait);
    const isGivenUp = failure.isPermanent || this.now() - triedSince >= this.pace.givenUpAfter;
    await this.database.transaction((manager) =>
      manager.update(
        OutboxMessage,
        { id, claim },
        {
          claim: null,
          attempts: attempts + 1,
          fault: failure.fault,
          ...(isGivenUp ? { dueAt: null, failedAt: this.now() } : { dueAt: this.now() + wait }),
        },
      ),
    );
    if (isGivenUp) this.logger.warn(`The mail ${id} can't be delivered; it stands at /admin/mail.`);
  }

  /** Mails that are sent at once fail at once: they count as one failure. @returns how many there are in a row */
  private noteFailure({ fault }: Failure): number {
    if (this.pausedUntil <= this.now()) this.failures += 1;
    if (this.failures === 1) this.logger.warn(`Mails can't be sent now and are tried again: ${fault}`);
    return Math.max(1, this.failures);
  }

  /** Each fault once, however long it lasts. */
  private told(fault: string): void {
    if (fault !== '' && fault !== this.lastFault) this.logger.warn(fault);
    this.lastFault = fault;
  }

  private now(): number {
    return this.clock.now().getTime();
  }
}

/** So long, or until the signal comes, which is no failure. */
async function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await pause(milliseconds, undefined, { ref: false, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
