import { Injectable } from '@nestjs/common';
import { IsNull, LessThan } from 'typeorm';
import type { Actor } from '../audit/actor';
import { AuditService } from '../audit/audit.service';
import { Clock } from '../config/clock';
import { Database } from '../database/database';
import { EntryMarked } from './entry-errors';
import { Entry } from './entry.entity';

export type NewEntry = Pick<Entry, 'title' | 'kind' | 'description' | 'needsPiano' | 'wantedOn' | 'senderId'>;

/** What is sent in, and what judges make of it. */
@Injectable()
export class EntriesService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  async byId(id: number): Promise<Entry | null> {
    return this.database.read.findOne(Entry, { where: { id }, relations: { sender: true } });
  }

  /** The newest first, of one person or of everybody; before the one with the id `before`. */
  async page(size: number, { senderId, before }: { senderId?: number; before?: number }): Promise<Entry[]> {
    return this.database.read.find(Entry, {
      where: {
        ...(senderId === undefined ? {} : { senderId }),
        ...(before === undefined ? {} : { id: LessThan(before) }),
      },
      relations: { sender: true },
      order: { id: 'DESC' },
      take: size,
    });
  }

  async countUnmarked(): Promise<number> {
    return this.database.read.countBy(Entry, { mark: IsNull() });
  }

  async send(actor: Actor, entry: NewEntry): Promise<number> {
    return this.database.transaction(async (manager) => {
      const { identifiers } = await manager.insert(Entry, { ...entry, mark: null, sentAt: this.clock.now() });
      const id = Number(identifiers[0]?.id);
      await this.audit.append(manager, { actor, action: 'entry.send', subject: `entry ${id}` });
      return id;
    });
  }

  /** Once. @throws EntryMarked */
  async mark(actor: Actor, id: number, mark: number): Promise<void> {
    await this.database.transaction(async (manager) => {
      const judgeId = actor.kind === 'user' ? actor.id : null;
      const { affected } = await manager.update(Entry, { id, mark: IsNull() }, { mark, judgeId });
      if (affected !== 1) throw new EntryMarked();
      await this.audit.append(manager, { actor, action: 'entry.mark', subject: `entry ${id}`, after: { mark } });
    });
  }
}
