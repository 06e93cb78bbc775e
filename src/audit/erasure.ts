import { IsNull, LessThan, Not, type EntityManager } from 'typeorm';
import { AuditEvent } from './audit-event.entity';

const AT_ONCE = 100;

/** Takes addresses, names and IP addresses of people deleted before then from the log, which stays whole without. */
export async function erasePeopleDeletedBefore(manager: EntityManager, moment: Date): Promise<void> {
  const deletions = await manager.find(AuditEvent, {
    select: { sequence: true, subject: true },
    where: { action: 'user.delete', at: LessThan(moment), personal: Not(IsNull()) },
    order: { sequence: 'ASC' },
    take: AT_ONCE,
  });
  for (const { subject } of deletions) {
    await manager.update(AuditEvent, { actor: subject, ip: Not(IsNull()) }, { ip: null });
    await manager.update(AuditEvent, { subject }, { personal: null, ip: null });
  }
}
