import { In, MoreThan, type EntityManager } from 'typeorm';
import { AuditEvent } from '../audit/audit-event.entity';
import { userIdOf } from '../audit/describe-event';
import type { AuditAction } from '../audit/event-names';
import { recordedGrant, type GrantContent } from '../roles/recorded-grant';
import { undoesOf } from './confirmed-change';

/** What can be undone of what happens to accounts. */
const actions = ['grant.add', 'grant.change', 'grant.remove', 'user.activate', 'user.deactivate'] as const;
export type AccountAction = (typeof actions)[number] & AuditAction;

/** A part of an account that an event changed: whether it is active, or the grant of one role; what it was before, and since. */
export type AccountPart = { event: number; undoes: number | null; user: number; action: AccountAction } & (
  | { role: null; wasActive: boolean }
  | { role: { id: number; name: string }; was: GrantContent | null; is: GrantContent | null }
);

/** Of these events; what earlier versions recorded of grants is not enough to undo it. */
export function partsIn(events: readonly AuditEvent[]): AccountPart[] {
  return events.flatMap((event) => partOf(event) ?? []);
}

/** The last event since, by the part that it changed (`nameOf`). */
export async function lastChangesSince(
  manager: EntityManager,
  parts: readonly AccountPart[],
): Promise<ReadonlyMap<string, AccountPart>> {
  const subjects = [...new Set(parts.map(({ user }) => `user ${user}`))];
  const last = Math.max(...parts.map(({ event }) => event));
  const where = { subject: In(subjects), sequence: MoreThan(last), action: In([...actions]) };
  const events = await manager.find(AuditEvent, { where, order: { sequence: 'ASC' } });
  return new Map(partsIn(events).map((part) => [nameOf(part), part]));
}

export function nameOf({ user, role }: AccountPart): string {
  return role ? `role ${role.id} of user ${user}` : `state of user ${user}`;
}

function partOf(event: AuditEvent): AccountPart | null {
  const [user, action] = [userIdOf(event.subject), actions.find((name) => name === event.action)];
  if (user === null || !action) return null;
  const done = { event: event.sequence, undoes: undoesOf(event), user, action };
  if (action === 'user.activate' || action === 'user.deactivate')
    return { ...done, role: null, wasActive: action === 'user.deactivate' };
  const [before, after] = [recordedGrant(event.before), recordedGrant(event.after)];
  const known = before ?? after;
  if (!known) return null;
  const [was, is] = [before?.content ?? after?.ended ?? null, after?.content ?? null];
  return { ...done, role: { id: known.roleId, name: known.role }, was, is };
}
