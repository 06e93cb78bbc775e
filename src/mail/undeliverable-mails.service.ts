import { Injectable } from '@nestjs/common';
import { IsNull, LessThan, LessThanOrEqual, MoreThan, Not } from 'typeorm';
import type { Actor } from '../audit/actor';
import { AuditService } from '../audit/audit.service';
import { Clock } from '../config/clock';
import { Database } from '../database/database';
import { DomainError } from '../database/errors';
import { SweptHourly, type HourlyJob } from '../database/housekeeping';
import { FiledMails } from './filed-mails';
import { MailPace } from './mail-pace';
import { OutboxMessage } from './outbox-message.entity';
import { Outbox } from './outbox.service';

export class NoSuchMail extends DomainError {
  override readonly status = 404;

  constructor() {
    super('There is no such email that couldn’t be delivered.');
  }
}

/** Mails that wait for the mail server: how many, and what it said last. */
export interface WaitingMails {
  count: number;
  fault: string;
}

/** Mails that could not be delivered, until somebody has them tried again or they are old. */
@SweptHourly
@Injectable()
export class UndeliverableMails implements HourlyJob {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly outbox: Outbox,
    private readonly filed: FiledMails,
    private readonly pace: MailPace,
    private readonly clock: Clock,
  ) {}

  /** Those before this id, the newest first. */
  async page(most: number, before?: number): Promise<OutboxMessage[]> {
    return this.database.read.find(OutboxMessage, {
      where: { failedAt: Not(IsNull()), ...(before === undefined ? {} : { id: LessThan(before) }) },
      order: { id: 'DESC' },
      take: most,
    });
  }

  /** At most `most` of those on their way, where one could not be sent yet that has been tried for so many milliseconds; else null. */
  async waiting(most: number, triedFor = 0): Promise<WaitingMails | null> {
    const onTheirWay = { dueAt: Not(IsNull()) };
    const triedSince = LessThanOrEqual(this.clock.now().getTime() - triedFor);
    const [tried] = await this.database.read.find(OutboxMessage, {
      where: { ...onTheirWay, attempts: MoreThan(0), triedSince },
      order: { dueAt: 'DESC' },
      take: 1,
    });
    if (!tried) return null;
    const waiting = await this.database.read.find(OutboxMessage, {
      select: { id: true },
      where: onTheirWay,
      take: most,
    });
    return { count: waiting.length, fault: tried.fault ?? '' };
  }

  /** @throws NoSuchMail */
  async retry(actor: Actor, id: number): Promise<void> {
    await this.database.transaction(async (manager) => {
      const now = this.clock.now().getTime();
      const again = { failedAt: null, dueAt: now, triedSince: now, attempts: 0 };
      const { affected } = await manager.update(OutboxMessage, { id, failedAt: Not(IsNull()) }, again);
      if (affected !== 1) throw new NoSuchMail();
      this.outbox.linksEnded();
      await this.audit.append(manager, { actor, action: 'mail.retry', subject: `mail ${id}` });
    });
  }

  async sweep(): Promise<void> {
    const now = this.clock.now().getTime();
    const ended = [
      { sentAt: LessThan(now - this.pace.sentStays) },
      { failedAt: LessThan(now - this.pace.undeliverableStays) },
    ];
    for (const which of ended) await this.database.transaction((manager) => manager.delete(OutboxMessage, which));
    await this.filed.removeEnded();
  }
}
