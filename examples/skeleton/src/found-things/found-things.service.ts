import { Injectable } from '@nestjs/common';
import type { Actor } from '../audit/actor';
import { AuditService } from '../audit/audit.service';
import { Clock } from '../config/clock';
import { Database } from '../database/database';
import { FoundThing } from './found-thing.entity';

const PAGE = 100;

@Injectable()
export class FoundThingsService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  async newest(): Promise<FoundThing[]> {
    return this.database.read.find(FoundThing, { order: { id: 'DESC' }, take: PAGE });
  }

  async add(actor: Actor, name: string): Promise<void> {
    await this.database.transaction(async (manager) => {
      const { identifiers } = await manager.insert(FoundThing, { name, addedAt: this.clock.now() });
      await this.audit.append(manager, {
        actor,
        action: 'found-thing.add',
        subject: `found thing ${identifiers[0]?.id}`,
      });
    });
  }
}
