import { IsNull, LessThan, Not, type EntityManager } from 'typeorm';
import { AuditEvent } from './audit-event.entity';

const AT_ONCE = 100;

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
