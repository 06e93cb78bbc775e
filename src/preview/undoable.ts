import type { AuditEvent } from '../audit/audit-event.entity';
import { partsIn } from './account-parts';
import type { Undo } from './change';
import { UNDO_MS } from './confirmed-change';
import { isEdit } from './role-edit';

/** What kind of undo would take back the change that an event belongs to; null where it can't be undone, or no longer. */
export function undoOfEvent(event: AuditEvent, now: Date): (Pick<Undo, 'what'> & { of: string }) | null {
  const { at, requestId: of } = event;
  if (of === null || at.getTime() <= now.getTime() - UNDO_MS) return null;
  if (isEdit(event)) return { what: 'roles', of };
  return partsIn([event]).length > 0 ? { what: 'users', of } : null;
}
