import { Inject, Injectable } from '@nestjs/common';
import { MoreThan, type EntityManager } from 'typeorm';
import { Clock } from '../config/clock';
import { settings, type Settings } from '../config/settings';
import { AccessState } from '../database/access-state.entity';
import { nameOfActor, type Actor } from './actor';
import { AuditEvent } from './audit-event.entity';
import { countOne } from './daily-figures';
import { beginning, chainKey, hashOf, type Chained, type Head } from './chain';

export const auditActions = [
  'user.create',
  'user.register',
  'user.activate',
  'user.deactivate',
  'user.delete',
  'user.change-password',
  'user.make-link',
  'user.set-password',
  'user.end-sessions',
  'role.create',
  'role.change',
  'role.delete',
  'role.change-permissions',
  'permission.add',
  'grant.add',
  'grant.change',
  'grant.remove',
  'request.approve',
  'request.decline',
] as const;

export type AuditAction = (typeof auditActions)[number];

export interface Entry {
  actor: Actor;
  action: AuditAction;
  /** "user 12", "role Crew" */
  subject: string;
  /** Ids, names of roles and permissions, states: what stays when a person is erased. */
  before?: object;
  after?: object;
  reason?: string | null;
  /** Who the subject is, kept where it can be erased. */
  personal?: { email: string; name: string };
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
    { actor, action, subject, before, after, reason, personal }: Entry,
  ): Promise<void> {
    const head = await this.ensureChained(manager);
    const chained = {
      sequence: await nextSequence(manager, head),
      at: this.clock.now(),
      actor: nameOfActor(actor),
      action,
      subject,
      before: before ? JSON.stringify(before) : null,
      after: after ? JSON.stringify(after) : null,
      reason: reason ?? null,
      requestId: 'requestId' in actor ? actor.requestId : null,
    };
    const links = this.linksOf(head, chained);
    await manager.insert(AuditEvent, {
      ...chained,
      ...links,
      personal: personal ? JSON.stringify(personal) : null,
      ip: 'ip' in actor ? actor.ip : null,
    });
    await moveHead(manager, { sequence: chained.sequence, hash: links.hash });
    await countOne(manager, action, chained.at);
  }

  /** Chains the events of a database that never was; of any other, nothing. @returns the newest event */
  async ensureChained(manager: EntityManager): Promise<Head> {
    const state = await manager.findOneByOrFail(AccessState, { id: AccessState.id });
    return headOf(state) ?? this.chainEverything(manager);
  }

  private async chainEverything(manager: EntityManager, pageSize = 500): Promise<Head> {
    for (let head = beginning; ;) {
      const page = await manager.find(AuditEvent, {
        where: { sequence: MoreThan(head.sequence) },
        order: { sequence: 'ASC' },
        take: pageSize,
      });
      if (page.length === 0) {
        await moveHead(manager, head);
        return head;
      }
      for (const event of page) head = await this.chain(manager, head, event);
    }
  }

  private async chain(manager: EntityManager, head: Head, event: AuditEvent): Promise<Head> {
    const parted = event.personal ? event : { ...event, ...withPersonalApart(event) };
    const links = this.linksOf(head, parted);
    const { before, after, personal } = parted;
    await manager.update(AuditEvent, event.sequence, { before, after, personal, ...links });
    return { sequence: event.sequence, hash: links.hash };
  }

  private linksOf(head: Head, event: Chained): { previousHash: string; hash: string } {
    return { previousHash: head.hash, hash: hashOf(this.key, head.hash, event) };
  }
}

/** null: the log is not chained yet. */
export function headOf({ auditSequence, auditHash }: AccessState): Head | null {
  return auditSequence === null || auditHash === null ? null : { sequence: auditSequence, hash: auditHash };
}

/** Also past a row that somebody has put there by himself: it is told by who verifies, and stops nobody's change. */
async function nextSequence(manager: EntityManager, head: Head): Promise<number> {
  return Math.max(head.sequence, (await manager.maximum(AuditEvent, 'sequence')) ?? 0) + 1;
}

async function moveHead(manager: EntityManager, { sequence, hash }: Head): Promise<void> {
  await manager.update(AccessState, AccessState.id, { auditSequence: sequence, auditHash: hash });
}

/** Events of older programs told the address and the name of a user within `before` and `after`. */
function withPersonalApart({ action, before, after, personal }: AuditEvent) {
  if (!action.startsWith('user.')) return { before, after, personal };
  const [was, is] = [before, after].map(parted);
  return { before: was?.state ?? null, after: is?.state ?? null, personal: is?.personal ?? was?.personal ?? null };
}

function parted(json: string | null | undefined): { state: string; personal: string | null } | null {
  if (!json) return null;
  const { email, name, ...state } = JSON.parse(json) as { email?: string; name?: string };
  return {
    state: JSON.stringify(state),
    personal: email === undefined ? null : JSON.stringify({ email, name: name ?? '' }),
  };
}
