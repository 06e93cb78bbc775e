import { Injectable } from '@nestjs/common';
import type { Actor } from '../audit/actor';
import { AuditService } from '../audit/audit.service';
import { Clock } from '../config/clock';
import { Database } from '../database/database';
import { Thing } from './thing.entity';

const PAGE = 100;

@Injectable()
export class ThingsService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  async newest(): Promise<Thing[]> {
    return this.database.read.find(Thing, { order: { id: 'DESC' }, take: PAGE });
  }

  async add(actor: Actor, name: string): Promise<void> {
    await this.database.transaction(async (manager) => {
      const { identifiers } = await manager.insert(Thing, { name, addedAt: this.clock.now() });
      await this.audit.append(manager, { actor, action: 'thing.add', subject: `thing ${identifiers[0]?.id}` });
    });
  }
}
