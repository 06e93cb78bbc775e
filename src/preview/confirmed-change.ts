import { MoreThan, type EntityManager } from 'typeorm';
import { AuditEvent } from '../audit/audit-event.entity';
import { fieldsIn } from '../audit/describe-event';
import { DomainError } from '../database/errors';

/** For how long after a change it can be undone. */
export const UNDO_MS = 10 * 60_000;

/** The change was confirmed too long ago, or there was none. */
export class NothingToUndo extends DomainError {
  constructor() {
    super('This can’t be undone any more: a change can be undone for ten minutes.');
  }
}

/** What a request changed, in the order in which it happened; nothing where that was too long ago. */
export async function eventsOf(manager: EntityManager, requestId: string, now: Date): Promise<AuditEvent[]> {
  const at = MoreThan(new Date(now.getTime() - UNDO_MS));
  const events = await manager.find(AuditEvent, { where: { requestId, at } });
  // By the index of the times; to give them in order, an engine might read the whole log.
  return events.sort((one, other) => one.sequence - other.sequence);
}

/** The number of the event that this one took back. */
export function undoesOf({ after }: Pick<AuditEvent, 'after'>): number | null {
  const { undoes } = fieldsIn(after);
  return typeof undoes === 'number' ? undoes : null;
}
