import { Inject, Injectable } from '@nestjs/common';
import { And, LessThan, MoreThan, MoreThanOrEqual, type FindOptionsWhere } from 'typeorm';
import { settings, type Settings } from '../config/settings';
import { AccessState } from '../database/access-state.entity';
import { Database } from '../database/database';
import { AuditEvent } from './audit-event.entity';
import { AuditLogBroken, AuditLogNotChained } from './audit-errors';
import { headOf, type AuditAction } from './audit.service';
import { beginning, breakAt, chainKey, type Head } from './chain';

export interface AuditFilter {
  /** A user's id: he made the change, or it was made to him. */
  person?: number | undefined;
  /** What the change was made to: "role Crew" */
  subject?: string | undefined;
  action?: AuditAction | undefined;
  from?: Date | undefined;
  /** The first moment that no longer counts. */
  until?: Date | undefined;
}

/** Reads the record of changes, and says whether it is whole. In pages by number, so that any length fits in memory. */
@Injectable()
export class AuditLog {
  private readonly key: Buffer;

  constructor(
    private readonly database: Database,
    @Inject(settings.KEY) { SECURITY_PASSWORD_SALT }: Settings,
  ) {
    this.key = chainKey(SECURITY_PASSWORD_SALT);
  }

  /** The newest first, of those before the event numbered `before`. */
  async page(filter: AuditFilter, size: number, before = Number.MAX_SAFE_INTEGER): Promise<AuditEvent[]> {
    const parts = await Promise.all(
      conditionsOf(filter, before).map((where) =>
        this.database.read.find(AuditEvent, { where, order: { sequence: 'DESC' }, take: size }),
      ),
    );
    const events = new Map(parts.flat().map((event) => [event.sequence, event]));
    return [...events.values()].sort((a, b) => b.sequence - a.sequence).slice(0, size);
  }

  async *all(filter: AuditFilter, pageSize = 500): AsyncGenerator<AuditEvent[]> {
    for (let before: number | undefined; ;) {
      const page = await this.page(filter, pageSize, before);
      if (page.length === 0) return;
      yield page;
      before = page.at(-1)?.sequence;
    }
  }

  /** The newest event, to be kept where who can change the database can't. @throws AuditLogNotChained */
  async head(): Promise<Head> {
    const head = headOf(await this.database.read.findOneByOrFail(AccessState, { id: AccessState.id }));
    if (!head) throw new AuditLogNotChained();
    return head;
  }

  /**
   * Follows the chain from its beginning, through the stored head and through `kept`, one that was kept elsewhere.
   *
   * @throws AuditLogBroken, naming the first event that does not follow the one before it; AuditLogNotChained
   */
  async verify(kept?: Head): Promise<{ events: number; head: Head }> {
    const heads = [await this.head(), ...(kept ? [kept] : [])];
    let [events, last] = [0, beginning];
    for await (const event of this.inOrder()) {
      const broken = breakAt(this.key, last, event);
      if (broken) throw new AuditLogBroken(broken);
      for (const head of heads) ensureGoesThrough(head, last, event);
      last = { sequence: event.sequence, hash: event.hash ?? '' };
      events += 1;
    }
    for (const head of heads) if (head.sequence > last.sequence) throw AuditLogBroken.missing(last.sequence + 1);
    return { events, head: last };
  }

  private async *inOrder(pageSize = 500): AsyncGenerator<AuditEvent> {
    for (let after = Number.MIN_SAFE_INTEGER; ;) {
      const page = await this.database.read.find(AuditEvent, {
        where: { sequence: MoreThan(after) },
        order: { sequence: 'ASC' },
        take: pageSize,
      });
      yield* page;
      const last = page.at(-1);
      if (!last) return;
      after = last.sequence;
    }
  }
}

/** A whole chain may still be another one than the head was taken from. */
function ensureGoesThrough(head: Head, last: Head, { sequence, hash }: AuditEvent): void {
  if (head.sequence === sequence && head.hash !== hash) throw AuditLogBroken.altered(sequence);
  if (head.sequence > last.sequence && head.sequence < sequence) throw AuditLogBroken.missing(head.sequence);
}

/** One for each index that can serve it: of what a person did, and of what was done to him. */
function conditionsOf(
  { person, subject, action, from, until }: AuditFilter,
  before: number,
): FindOptionsWhere<AuditEvent>[] {
  const common: FindOptionsWhere<AuditEvent> = {
    sequence: LessThan(before),
    ...(action ? { action } : {}),
    ...(subject ? { subject } : {}),
  };
  const moments = [...(from ? [MoreThanOrEqual(from)] : []), ...(until ? [LessThan(until)] : [])];
  if (moments.length > 0) common.at = And(...moments);
  if (person === undefined) return [common];
  return [
    { ...common, subject: `user ${person}` },
    { ...common, actor: `user ${person}` },
  ];
}
