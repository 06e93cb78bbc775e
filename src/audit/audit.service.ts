import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../config/clock';
import { settings, type Settings } from '../config/settings';
import { AccessState } from '../database/access-state.entity';
import { nameOfActor, type Actor } from './actor';
import { AuditEvent } from './audit-event.entity';
import { countOne } from './daily-figures';
import type { AuditAction } from './event-names';
import { beginning, chainKey, hashOf, type Head } from './chain';

interface Called {
  email: string;
  name: string;
}

export interface Entry {
  actor: Actor;
  action: AuditAction;
  /** "user 12", "role Crew" */
  subject: string;
  /** Where the subject is a role. */
  roleId?: number;
  /** Ids, names of roles and permissions, states: what stays when a person is erased. */
  before?: object;
  after?: object;
  reason?: string | null;
  /** Who the subject is, and was before a new name or address, kept where it can be erased. */
  personal?: Called & { before?: Called };
}

/**
 * Appends to the record, inside the transaction of the change it tells of: both happen or neither. Each event is
 * chained to the one before it; the lock of the change keeps them in one order.
 */
@Injectable()
export class AuditService {
  private readonly key: Buffer;

  constructor(
    private readonly clock: Clock,
    @Inject(settings.KEY) { SECURITY_PASSWORD_SALT }: Settings,
  ) {
    this.key = chainKey(SECURITY_PASSWORD_SALT);
  }

  async append(
    manager: EntityManager,
    { actor, action, subject, roleId, before, after, reason, personal }: Entry,
  ): Promise<void> {
    const { sequence, previousHash, isWhole } = await nextPlace(manager);
    const chained = {
      sequence,
      at: this.clock.now(),
      actor: nameOfActor(actor),
      action,
      subject,
      roleId: roleId ?? null,
      before: before ? JSON.stringify(before) : null,
      after: after ? JSON.stringify(after) : null,
      reason: reason ?? null,
      requestId: 'requestId' in actor ? actor.requestId : null,
    };
    const hash = hashOf(this.key, previousHash, chained);
    await manager.insert(AuditEvent, {
      ...chained,
      previousHash,
      hash,
      personal: personal ? JSON.stringify(personal) : null,
      ip: 'ip' in actor ? actor.ip : null,
    });
    if (isWhole) await moveHead(manager, { sequence, hash });
    await countOne(manager, action, chained.at);
  }
}

/** null: somebody has removed it. */
export function headOf({ auditSequence, auditHash }: AccessState): Head | null {
  return auditSequence === null || auditHash === null ? null : { sequence: auditSequence, hash: auditHash };
}

export async function moveHead(manager: EntityManager, { sequence, hash }: Head): Promise<void> {
  await manager.update(AccessState, AccessState.id, { auditSequence: sequence, auditHash: hash });
}

/** What the column holds on every engine. */
const LAST_SEQUENCE = 2 ** 31 - 1;

/**
 * Behind the newest event, where the head stands. Where it doesn't, somebody has changed the log: recording goes on, and
 * the head stays where it is, so that no change heals what `verify` names.
 */
async function nextPlace(
  manager: EntityManager,
): Promise<{ sequence: number; previousHash: string; isWhole: boolean }> {
  const head = headOf(await manager.findOneByOrFail(AccessState, { id: AccessState.id }));
  const newest = (await newestEvent(manager)) ?? beginning;
  const isWhole = head?.sequence === newest.sequence && head.hash === newest.hash && head.sequence < LAST_SEQUENCE;
  const last = isWhole ? newest : await lastWithRoom(manager);
  return { sequence: last.sequence + 1, previousHash: last.hash ?? beginning.hash, isWhole };
}

type Place = Pick<AuditEvent, 'sequence' | 'hash'>;

async function newestEvent(manager: EntityManager): Promise<Place | undefined> {
  const [newest] = await manager.find(AuditEvent, {
    select: { sequence: true, hash: true },
    order: { sequence: 'DESC' },
    take: 1,
  });
  return newest;
}

/** The last event after which a number is free: somebody may have inserted one with the greatest number there is. */
async function lastWithRoom(manager: EntityManager): Promise<Place> {
  const [last] = await manager.query<Place[]>(
    `SELECT sequence, hash FROM audit_events WHERE sequence < ? AND NOT EXISTS
       (SELECT 1 FROM audit_events following WHERE following.sequence = audit_events.sequence + 1)
       ORDER BY sequence DESC LIMIT 1`,
    [LAST_SEQUENCE],
  );
  return last && last.sequence >= 0 ? last : beginning;
}
