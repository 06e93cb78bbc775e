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

@AsksForAttention
@Injectable()
export class MailAttention implements AttentionSource {
  readonly checks: readonly AttentionCheck[] = [
    { needs: permissions('users-write'), urgency: 'soon', find: () => this.undeliverable() },
  ];

  constructor(private readonly mails: UndeliverableMails) {}

  private async undeliverable(): Promise<AttentionItem | null> {
    const found = await this.mails.page(COUNTED + 1);
    if (found.length === 0) return null;
    const count = found.length > COUNTED ? `More than ${COUNTED}` : String(found.length);
    return {
      sentence: `${count} ${found.length === 1 ? 'mail' : 'mails'} could not be delivered`,
      others: found
        .slice(0, SHOWN)
        .map(({ address }) => ({ name: address, href: '/admin/mail', route: 'GET /admin/mail' })),
      isMore: found.length > SHOWN,
    };
  }
}
