import { Inject, Injectable } from '@nestjs/common';
import { And, In, LessThan, MoreThan, MoreThanOrEqual, type FindOptionsWhere } from 'typeorm';
import { settings, type Settings } from '../config/settings';
import { Database } from '../database/database';
import { AuditLogBroken } from './audit-errors';
import { AuditEvent } from './audit-event.entity';
import { beginning, chainKey, linkTo, type Format, type Head } from './chain';
import type { AuditAction } from './event-names';
import { headIn } from './head';

export interface AuditFilter {
  /** A user's id: they made the change, or it was made to them. */
  person?: number | undefined;
  /** Who made the change: "user 12" */
  actor?: string | undefined;
  /** What the change was made to, likewise. */
  subject?: string | undefined;
  /** A role's id: it was changed, or given or taken. */
  role?: number | undefined;
  /** Any of these. */
  actions?: readonly AuditAction[] | undefined;
  from?: Date | undefined;
  /** The first moment that no longer counts. */
  until?: Date | undefined;
}

export interface Verified {
  /** How many were followed. */
  events: number;
  head: Head;
  /** The events by which the operator chained a broken log anew. */
  rechained: number[];
}

/** Reads the audit log, and says whether it is whole. In pages by number, so that any length fits in memory. */
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

  /** The newest event, to be kept where whoever can change the database can't. @throws AuditLogBroken without one */
  async head(): Promise<Head> {
    const head = await headIn(this.database.read);
    if (!head) throw AuditLogBroken.withoutHead();
    return head;
  }

  /**
   * Follows the chain from its beginning to the stored head, through `kept`, one that was kept elsewhere.
   *
   * @throws AuditLogBroken, naming the first event that does not follow the one before it
   */
  async verify(kept?: Head): Promise<Verified> {
    return this.follow(beginning, null, kept);
  }

  /** Follows only the end of the chain. @throws AuditLogBroken */
  async verifyNewest(count: number): Promise<Verified> {
    const [first] = await this.database.read.find(AuditEvent, { order: { sequence: 'DESC' }, skip: count, take: 1 });
    return first
      ? this.follow({ sequence: first.sequence, hash: first.hash ?? '' }, first.sequence)
      : this.follow(beginning, null);
  }

  private async follow(from: Head, after: number | null, kept?: Head): Promise<Verified> {
    const found: Verified = { events: 0, head: from, rechained: [] };
    let format: Format = 'without role';
    for (;;) {
      const { events } = found;
      for await (const event of this.inOrder(after)) {
        format = this.ensureFollows(found.head, event, format, kept);
        found.head = { sequence: event.sequence, hash: event.hash ?? '' };
        found.events += 1;
        if (event.action === 'audit.rechain') found.rechained.push(event.sequence);
      }
      const head = await this.head();
      if (head.sequence < found.head.sequence) throw AuditLogBroken.headBefore(head, found.head);
      if (head.sequence === found.head.sequence) {
        if (head.hash !== found.head.hash) throw AuditLogBroken.altered(head.sequence);
        break;
      }
      // Otherwise something was recorded meanwhile.
      if (found.events === events) throw AuditLogBroken.missing(found.head.sequence + 1);
      after = found.head.sequence;
    }
    if (kept && kept.sequence > found.head.sequence) throw AuditLogBroken.missing(found.head.sequence + 1);
    return found;
  }

  /** A whole chain may still be another one than the kept head was taken from. */
  private ensureFollows(last: Head, event: AuditEvent, from: Format, kept?: Head): Format {
    const link = linkTo(this.key, last, event, from);
    if ('kind' in link) throw AuditLogBroken.at(link);
    const { sequence, hash } = event;
    if (kept?.sequence === sequence && kept.hash !== hash) throw AuditLogBroken.altered(sequence);
    if (kept && kept.sequence > last.sequence && kept.sequence < sequence) throw AuditLogBroken.missing(kept.sequence);
    return link.format;
  }

  private async *inOrder(after: number | null, pageSize = 500): AsyncGenerator<AuditEvent> {
    for (;;) {
      const page: AuditEvent[] = await this.database.read.find(AuditEvent, {
        where: after === null ? {} : { sequence: MoreThan(after) },
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

/** One for each part of an index that can serve it: of what a person did, of what was done to them, of each action. */
function conditionsOf(
  { person, actor, subject, role, actions, from, until }: AuditFilter,
  before: number,
): FindOptionsWhere<AuditEvent>[] {
  const common: FindOptionsWhere<AuditEvent> = {
    sequence: LessThan(before),
    ...(actor ? { actor } : {}),
    ...(subject ? { subject } : {}),
    ...(role === undefined ? {} : { roleId: role }),
  };
  const moments = [...(from ? [MoreThanOrEqual(from)] : []), ...(until ? [LessThan(until)] : [])];
  if (moments.length > 0) common.at = And(...moments);
  const isOfActionsAlone = [person, actor, subject, role].every((part) => part === undefined);
  if (isOfActionsAlone && actions) return actions.map((action) => ({ ...common, action }));
  if (actions) common.action = In([...actions]);
  if (person === undefined) return [common];
  return [
    { ...common, subject: `user ${person}` },
    { ...common, actor: `user ${person}` },
  ];
}
