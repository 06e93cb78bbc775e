import { Inject, Injectable } from '@nestjs/common';
import { MoreThan, type EntityManager, type FindOptionsSelect } from 'typeorm';
import { settings, type Settings } from '../config/settings';
import { Database } from '../database/database';
import { operator } from './actor';
import { AuditLogBroken, AuditLogWhole, EventOutOfReach } from './audit-errors';
import { AuditEvent } from './audit-event.entity';
import { AuditLog } from './audit-log.service';
import { AuditService } from './audit.service';
import { beginning, chainKey, hashOf, type Format, type Head } from './chain';
import { lockHead, moveHead } from './head';

/** No change leaves out so many numbers: an event behind such a gap was inserted. */
const GREATEST_GAP = 1_000_000;

/** What events had before there was a chain. */
const ofOldLog = {
  sequence: true,
  at: true,
  actor: true,
  action: true,
  subject: true,
  before: true,
  after: true,
  reason: true,
  requestId: true,
  personal: true,
  hash: true,
} as const;
const ofLog = { ...ofOldLog, roleId: true } as const;

/**
 * Chains a log as it stands: one from before there was a chain, as its database is brought up to date, and a broken one
 * where the operator says so. Nothing else does.
 */
@Injectable()
export class AuditChaining {
  private readonly key: Buffer;

  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly log: AuditLog,
    @Inject(settings.KEY) { SECURITY_PASSWORD_SALT }: Settings,
  ) {
    this.key = chainKey(SECURITY_PASSWORD_SALT);
  }

  /** Leaves the hash of an event that has one: on a server, that of a start that was killed. @returns the newest event */
  async chainOldLog(manager: EntityManager): Promise<Head> {
    let head = beginning;
    for await (const event of inOrder(manager, ofOldLog))
      head = event.hash
        ? { sequence: event.sequence, hash: event.hash }
        : await this.chain(manager, head, { ...event, ...withPersonalApart(event) }, 'without role');
    return head;
  }

  /**
   * Makes a broken log whole as it stands, and records what was wrong. What was altered or removed stays so, and can't be
   * told any more. Until it is done, whatever would be recorded waits.
   *
   * @throws AuditLogWhole
   */
  async rechain(reason: string): Promise<{ fault: string }> {
    const fault = await this.faultOf();
    await this.database.changeAccess(async (manager) => {
      await lockHead(manager);
      let head = beginning;
      const strays: AuditEvent[] = [];
      for await (const event of inOrder(manager, ofLog))
        if (isStray(event, head)) strays.push(event);
        else head = await this.chain(manager, head, event, 'with role');
      const moved: Record<string, number> = {};
      for (const event of strays) {
        moved[event.sequence] = head.sequence + 1;
        head = await this.chain(manager, head, event, 'with role', head.sequence + 1);
      }
      await moveHead(manager, head);
      const after = { head: `${head.sequence}:${head.hash}`, ...(strays.length > 0 ? { moved } : {}) };
      await this.audit.append(manager, {
        actor: operator,
        action: 'audit.rechain',
        subject: 'audit log',
        before: { fault },
        after,
        reason,
      });
    });
    return { fault };
  }

  private async faultOf(): Promise<string> {
    try {
      await this.log.verify();
    } catch (error) {
      if (error instanceof AuditLogBroken) return error.message;
      throw error;
    }
    throw new AuditLogWhole();
  }

  private async chain(
    manager: EntityManager,
    { hash: previousHash }: Head,
    event: AuditEvent,
    format: Format,
    sequence = event.sequence,
  ): Promise<Head> {
    const hash = hashOf(this.key, previousHash, { ...event, sequence }, format);
    const { before, after, personal } = event;
    const chained = { sequence, before, after, personal, previousHash, hash };
    const { affected } = await manager.update(AuditEvent, event.sequence, chained);
    if (affected !== 1) throw new EventOutOfReach(event.sequence);
    return { sequence, hash };
  }
}

/** With these columns only: a database that is brought up to date may lack others. */
async function* inOrder(
  manager: EntityManager,
  select: FindOptionsSelect<AuditEvent>,
  pageSize = 500,
): AsyncGenerator<AuditEvent> {
  for (let after: number | null = null; ;) {
    const page: AuditEvent[] = await manager.find(AuditEvent, {
      select,
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

function isStray({ sequence }: AuditEvent, last: Head): boolean {
  return sequence < 1 || sequence > last.sequence + GREATEST_GAP;
}

/** Events of older programs told the address and the name of a user within `before` and `after`. */
function withPersonalApart({ action, before, after, personal }: AuditEvent) {
  if (personal || !action.startsWith('user.')) return { before, after, personal };
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
