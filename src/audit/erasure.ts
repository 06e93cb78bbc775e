import { Injectable } from '@nestjs/common';
import { IsNull, LessThan, Not, type EntityManager } from 'typeorm';
import { Clock } from '../config/clock';
import { Database } from '../database/database';
import { SweptHourly, type HourlyJob } from '../database/housekeeping';
import { AuditEvent } from './audit-event.entity';

/** So long it is known who signed in, who was refused, and who it was that was deleted. */
export const KEPT_MS = 400 * 24 * 60 * 60_000;

const AT_ONCE = 100;

/** Takes from the audit log who it was that was deleted long ago. */
@SweptHourly
@Injectable()
export class Erasure implements HourlyJob {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async sweep(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - KEPT_MS);
    for (const subject of await namedThoughDeletedBefore(this.database.read, before))
      await this.database.transaction((manager) => erase(manager, subject));
  }
}

/** Some of those deleted before then whom the log still names: "user 12". */
export async function namedThoughDeletedBefore(manager: EntityManager, moment: Date): Promise<string[]> {
  const deletions = await manager.find(AuditEvent, {
    select: { sequence: true, subject: true },
    where: { action: 'user.delete', at: LessThan(moment), personal: Not(IsNull()) },
    order: { sequence: 'ASC' },
    take: AT_ONCE,
  });
  return deletions.map(({ subject }) => subject);
}

/** Takes address, name and IP addresses of "user 12" from the log, which stays whole without. */
export async function erase(manager: EntityManager, subject: string): Promise<void> {
  await manager.update(AuditEvent, { actor: subject, ip: Not(IsNull()) }, { ip: null });
  await manager.update(AuditEvent, { subject }, { personal: null, ip: null });
}
