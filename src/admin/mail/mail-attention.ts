import { Injectable } from '@nestjs/common';
import { permissions } from '../../access/decorators';
import { UndeliverableMails } from '../../mail/undeliverable-mails.service';
import {
  AsksForAttention,
  type AttentionCheck,
  type AttentionItem,
  type AttentionSource,
} from '../dashboard/attention';

const SHOWN = 5;
const COUNTED = 50;
const HOUR = 60 * 60_000;

@AsksForAttention
@Injectable()
export class MailAttention implements AttentionSource {
  readonly checks: readonly AttentionCheck[] = [
    { needs: permissions('users-write'), urgency: 'soon', find: () => this.waiting() },
    { needs: permissions('users-write'), urgency: 'soon', find: () => this.undeliverable() },
  ];

  constructor(private readonly mails: UndeliverableMails) {}

  private async waiting(): Promise<AttentionItem | null> {
    const waiting = await this.mails.waiting(COUNTED + 1, HOUR);
    if (!waiting) return null;
    return {
      sentence: `${mailsInWords(waiting.count)} can’t be sent: the mail server has failed for more than an hour`,
      others: [{ name: waiting.fault, href: '/admin/mail', route: 'GET /admin/mail' }],
      isMore: false,
    };
  }

  private async undeliverable(): Promise<AttentionItem | null> {
    const found = await this.mails.page(COUNTED + 1);
    if (found.length === 0) return null;
    return {
      sentence: `${mailsInWords(found.length)} couldn’t be delivered`,
      others: found
        .slice(0, SHOWN)
        .map(({ address }) => ({ name: address, href: '/admin/mail', route: 'GET /admin/mail' })),
      isMore: found.length > SHOWN,
    };
  }
}

function mailsInWords(found: number): string {
  if (found > COUNTED) return `More than ${COUNTED} emails`;
  return `${found} ${found === 1 ? 'email' : 'emails'}`;
}
