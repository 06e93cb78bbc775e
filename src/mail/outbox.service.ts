import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../config/clock';
import { Database } from '../database/database';
import type { LinkKind, MailName, MailRequestName, MailRequestsOfFeatures, MailsOfFeatures } from './mail-names';
import { MailPace } from './mail-pace';
import { OutboxMessage } from './outbox-message.entity';

interface Mail<Name extends MailName> {
  /** Who gets it; without an id: somebody who has no account. */
  to: { readonly id: number | null; readonly email: string };
  /** What it links to. Where that has ended before it is sent, it is not sent. */
  link?: { readonly kind: LinkKind; readonly id: string };
  data: MailsOfFeatures[Name];
}

type Row = Pick<OutboxMessage, 'template' | 'isRequest' | 'userId' | 'address' | 'linkKind' | 'linkId' | 'data'>;

/** Of one statement: both engines bound how many values it may have. */
const AT_ONCE = 50;

/** Takes mails in the transaction that causes them: they are sent if it is committed, and never otherwise. */
@Injectable()
export class Outbox {
  /** Called when there may be something to send, or to take away. */
  onChange: () => void = () => undefined;
  private readonly changed = () => this.onChange();

  constructor(
    private readonly database: Database,
    private readonly pace: MailPace,
    private readonly clock: Clock,
  ) {}

  async add<Name extends MailName>(manager: EntityManager, template: Name, mail: Mail<Name>): Promise<void> {
    await this.addAll(manager, template, [mail]);
  }

  /** The same mail to many. */
  async addAll<Name extends MailName>(
    manager: EntityManager,
    template: Name,
    mails: readonly Mail<Name>[],
  ): Promise<void> {
    const rows = mails.map(({ to, link, data }) => ({
      template,
      isRequest: false,
      userId: to.id,
      address: to.email,
      linkKind: link?.kind ?? null,
      linkId: link?.id ?? null,
      data: JSON.stringify(data),
    }));
    for (let i = 0; i < rows.length; i += AT_ONCE) await this.insert(manager, rows.slice(i, i + AT_ONCE));
  }

  /**
   * For what must not be looked up before the answer to a request is sent. `@AnswersByMail` does it a random while after
   * that: the work that there is for a known address must not slow down whatever a stranger asks next.
   */
  async ask<Name extends MailRequestName>(
    manager: EntityManager,
    request: Name,
    { email, data }: { email: string; data: MailRequestsOfFeatures[Name] },
  ): Promise<void> {
    const row = { template: request, isRequest: true, userId: null, address: email, linkKind: null, linkId: null };
    await this.insert(manager, [{ ...row, data: JSON.stringify(data) }], this.pace.beforeAnswer());
  }

  /** In the transaction that ends links which may have been mailed: files that hold them go. */
  linksEnded(): void {
    this.database.afterCommit(this.changed);
  }

  private async insert(manager: EntityManager, rows: readonly Row[], dueIn = 0): Promise<void> {
    const now = this.clock.now().getTime();
    const times = { createdAt: now, triedSince: now, dueAt: now + dueIn };
    await manager.insert(
      OutboxMessage,
      rows.map((row) => ({ ...row, ...times, messageId: randomBytes(16).toString('hex') })),
    );
    this.database.afterCommit(this.changed);
  }
}
