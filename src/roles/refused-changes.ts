import { Injectable, type OnModuleInit } from '@nestjs/common';
import { SignInEvents } from '../audit/sign-in-events';
import { Database } from '../database/database';
import type { DomainError } from '../database/errors';
import { AuthorityMissing } from './authority';

/** Records that somebody tried to hand out, change or touch what is beyond them, also where a preview told them so. */
@Injectable()
export class RefusedChanges implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly events: SignInEvents,
  ) {}

  onModuleInit(): void {
    this.database.onDomainError = (error) => this.record(error);
  }

  private record(error: DomainError): void {
    if (!(error instanceof AuthorityMissing)) return;
    const { actor } = error;
    if (actor.kind !== 'user') return;
    const entry = { kind: 'change refused', userId: actor.id, ip: actor.ip } as const;
    void this.events.record(entry, { requestId: actor.requestId, refusal: error.message });
  }
}
