import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../config/clock';
import { Database } from '../database/database';
import type { LinkKind, MailName, MailRequestName, MailRequestsOfFeatures, MailsOfFeatures } from './mail-names';
import { OutboxMessage } from './outbox-message.entity';

interface Mail<Name extends MailName> {
  /** Who gets it; without an id: somebody who has no account. */
  to: { readonly id: number | null; readonly email: string };
  /** What it links to. Where that has ended before it is sent, it is not sent. */
  link?: { readonly kind: LinkKind; readonly id: string };
  data: MailsOfFeatures[Name];
}

/** Takes mails in the transaction that causes them: they are sent if it is committed, and never otherwise. */
@Injectable()
export class Outbox {
  /** Called when there may be something to send, or to take away. */
  onChange: () => void = () => undefined;
  private readonly changed = () => this.onChange();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async add<Name extends MailName>(
    manager: EntityManager,
    template: Name,
    { to, link, data }: Mail<Name>,
  ): Promise<void> {
    await this.insert(manager, {
      template,
      isRequest: false,
      userId: to.id,
      address: to.email,
      linkKind: link?.kind ?? null,
      linkId: link?.id ?? null,
      data: JSON.stringify(data),
    });
  }

  /** For what must not be looked up before the answer to a request is sent; `@AnswersByMail` does it after that. */
  async ask<Name extends MailRequestName>(
    manager: EntityManager,
    request: Name,
    { email, data }: { email: string; data: MailRequestsOfFeatures[Name] },
  ): Promise<void> {
    await this.insert(manager, {
      template: request,
      isRequest: true,
      userId: null,
      address: email,
      linkKind: null,
      linkId: null,
      data: JSON.stringify(data),
    });
  }

  /** In the transaction that ends links which may have been mailed: files that hold them go. */
  linksEnded(): void {
    this.database.afterCommit(this.changed);
  }

  private async insert(
    manager: EntityManager,
    row: Pick<OutboxMessage, 'template' | 'isRequest' | 'userId' | 'address' | 'linkKind' | 'linkId' | 'data'>,
  ): Promise<void> {
    const now = this.clock.now().getTime();
    const messageId = randomBytes(16).toString('hex');
    await manager.insert(OutboxMessage, { ...row, messageId, createdAt: now, triedSince: now, dueAt: now });
    this.database.afterCommit(this.changed);
  }
}
