import { Injectable } from '@nestjs/common';
import { permissions } from '../access/rule';
import {
  AsksForAttention,
  type AttentionCheck,
  type AttentionSource,
  type AttentionItem,
} from '../admin/dashboard/attention';
import { EntriesService } from './entries.service';

/** Entries wait for a mark. */
@AsksForAttention
@Injectable()
export class EntriesAttention implements AttentionSource {
  constructor(private readonly entries: EntriesService) {}

  readonly checks: readonly AttentionCheck[] = [
    { needs: permissions('entries-read'), urgency: 'some day', find: () => this.unmarked() },
  ];

  private async unmarked(): Promise<AttentionItem | null> {
    const count = await this.entries.countUnmarked();
    if (count === 0) return null;
    return {
      sentence: count === 1 ? '1 entry has no mark yet' : `${count} entries have no mark yet`,
      others: [{ name: 'See entries', href: '/entries', route: 'GET /entries' }],
      isMore: false,
    };
  }
}
