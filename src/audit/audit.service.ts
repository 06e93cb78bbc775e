import { Inject, Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { EntityManager } from 'typeorm';
import { Clock } from '../config/clock';
import { settings, type Settings } from '../config/settings';
import { currentRows, currentRowsInSql } from '../database/current-rows';
import { Database } from '../database/database';
import { nameOfActor, type Actor } from './actor';
import { AuditEvent } from './audit-event.entity';
import { beginning, chainKey, hashOf, type Chained, type Head } from './chain';
import { countMore } from './daily-figures';
import { FollowsEvents } from './event-follower';
import type { AuditAction } from './event-names';
import { lockHead, moveHead } from './head';

interface Called {
  email: string;
  name: string;
}

export interface Entry {
  actor: Actor;
  action: AuditAction;
  /** "user 12", "role Crew" */
  subject: string;
  /** Of the role that is changed, or is given or taken. */
  roleId?: number;
  /** Ids, names of roles and permissions, states: what stays when a person is erased. */
  before?: object;
  after?: object;
  reason?: string | null;
  /** The number of the event that this one takes back. */
  undoes?: number | undefined;
  /** Who the subject is, and was before a new name or address, kept where it can be erased. */
  personal?: Called & { before?: Called };
}

/** An event before it has its place in the chain, and what stands beside the chain. */
type Happened = Omit<Chained, 'sequence'> & { action: AuditAction } & Pick<AuditEvent, 'personal' | 'ip'>;

/** The record of who changed what. Each event is chained to the one before it. */
@Injectable()
export class AuditService {
  private readonly key: Buffer;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly discovery: DiscoveryService,
    @Inject(settings.KEY) { SECURITY_PASSWORD_SALT }: Settings,
  ) {
    this.key = chainKey(SECURITY_PASSWORD_SALT);
  }

  /**
   * Appends to the record inside the transaction of what it tells of: both happen or neither. `manager` is that of
   * `Database.transaction`, where the change is about nobody's access, or of `Database.changeAccess`. Of an ordinary
   * transaction it is the last thing: from here on until its end, whoever else appends waits for it. A change of access
   * may go on, as its events are written at its very end, in the order in which they happened.
   */
  async append(manager: EntityManager, entry: Entry): Promise<void> {
    const { actor, action, subject, roleId, before, reason, undoes, personal } = entry;
    const after = undoes === undefined ? entry.after : { ...entry.after, undoes };
    const happened: Happened = {
      at: this.clock.now(),
      actor: nameOfActor(actor),
      action,
      subject,
      roleId: roleId ?? null,
      before: before ? JSON.stringify(before) : null,
      after: after ? JSON.stringify(after) : null,
      reason: reason ?? null,
      requestId: 'requestId' in actor ? actor.requestId : null,
      personal: personal ? JSON.stringify(personal) : null,
      ip: 'ip' in actor ? actor.ip : null,
    };
    await this.database.atTheEnd(manager, entry, this.follow);
    await this.database.atTheEnd(manager, happened, this.chain);
  }

  private readonly follow = async (manager: EntityManager, entries: readonly Entry[]): Promise<void> => {
    for (const part of FollowsEvents.partsIn(this.discovery)) await part.recorded(manager, entries);
  };

  /** In one go; where the end of the log is not whole, each event looks for its own place. */
  private readonly chain = async (manager: EntityManager, happened: readonly Happened[]): Promise<void> => {
    const { last, isWhole } = await endOfChain(manager, happened.length);
    if (!isWhole && happened.length > 1) {
      for (const one of happened) await this.chain(manager, [one]);
      return;
    }
    const events = this.chained(happened, last);
    for (let i = 0; i < events.length; i += ROWS) await manager.insert(AuditEvent, events.slice(i, i + ROWS));
    if (isWhole) await moveHead(manager, events.at(-1)!);
    await countMore(
      manager,
      happened.map(({ action, at }) => ({ kind: action, at, count: 1 })),
    );
  };

  private chained(happened: readonly Happened[], { sequence, hash }: Head) {
    let [last, previousHash] = [sequence, hash];
    return happened.map((one) => {
      const event = { ...one, sequence: ++last };
      const chained = { ...event, previousHash, hash: hashOf(this.key, previousHash, event) };
      previousHash = chained.hash;
      return chained;
    });
  }
}

/** Of one statement: both engines bound how many values it may have. */
const ROWS = 200;

/** What the column holds on every engine. */
const LAST_SEQUENCE = 2 ** 31 - 1;

/**
 * The newest event, where the head stands, and there is room for so many more. Where it doesn't stand there, somebody has
 * changed the log: recording goes on, and the head stays where it is, so that no change heals what `verify` names.
 */
async function endOfChain(manager: EntityManager, count: number): Promise<{ last: Head; isWhole: boolean }> {
  const head = await lockHead(manager);
  const newest = (await newestEvent(manager)) ?? beginning;
  const isWhole =
    head?.sequence === newest.sequence && head.hash === newest.hash && head.sequence + count <= LAST_SEQUENCE;
  const { sequence, hash } = isWhole ? newest : await lastWithRoom(manager);
  return { last: { sequence, hash: hash ?? beginning.hash }, isWhole };
}

type Place = Pick<AuditEvent, 'sequence' | 'hash'>;

async function newestEvent(manager: EntityManager): Promise<Place | undefined> {
  const [newest] = await manager.find(AuditEvent, {
    select: { sequence: true, hash: true },
    order: { sequence: 'DESC' },
    take: 1,
    ...currentRows(manager),
  });
  return newest;
}

/** The last event after which a number is free: somebody may have inserted one with the greatest number there is. */
async function lastWithRoom(manager: EntityManager): Promise<Place> {
  const [last] = await manager.query<Place[]>(
    `SELECT e.sequence, e.hash FROM audit_events e
       LEFT JOIN audit_events following ON following.sequence = e.sequence + 1
       WHERE e.sequence < ? AND following.sequence IS NULL
       ORDER BY e.sequence DESC LIMIT 1 ${currentRowsInSql(manager)}`,
    [LAST_SEQUENCE],
  );
  return last && last.sequence >= 0 ? last : beginning;
}
