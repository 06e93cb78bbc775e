import { MoreThan, type EntityManager } from 'typeorm';
import { z } from 'zod';
import { isPermission } from '../access/catalogue';
import { AuditEvent } from '../audit/audit-event.entity';
import { fieldsIn } from '../audit/describe-event';
import type { AuditAction } from '../audit/event-names';
import type { RoleContent } from '../roles/role-version';
import { undoesOf } from './confirmed-change';
import type { PartOfRole } from './undone-change';

/** What of a role an event changed. */
export interface RoleEdit {
  event: AuditEvent;
  undoes: number | null;
  /** As they were before. */
  parts: readonly PartOfRole[];
}

const actions: readonly string[] = ['role.change', 'role.change-permissions'] satisfies AuditAction[];

const recorded = z.object({
  name: z.string().optional(),
  description: z.string().optional(),
  permissions: z.array(z.string()).optional(),
});

/** Of these events, those that edited a role. */
export function editsIn(events: readonly AuditEvent[]): RoleEdit[] {
  return events.filter(isEdit).map(editOf);
}

export function isEdit({ action }: Pick<AuditEvent, 'action'>): boolean {
  return actions.includes(action);
}

function editOf(event: AuditEvent): RoleEdit {
  const [before, after] = [recorded.parse(fieldsIn(event.before)), recorded.parse(fieldsIn(event.after))];
  return { event, undoes: undoesOf(event), parts: partsBetween(before, after) };
}

export async function editsSince(manager: EntityManager, roleId: number, { event }: RoleEdit): Promise<RoleEdit[]> {
  const where = { roleId, sequence: MoreThan(event.sequence) };
  return editsIn(await manager.find(AuditEvent, { where, order: { sequence: 'ASC' } }));
}

/** The role without an edit: what was edited since stays as it is, and a permission that has left the catalogue stays away. */
export function withoutEdit(
  { event, parts }: RoleEdit,
  since: readonly RoleEdit[],
  now: RoleContent,
): { content: RoleContent; restored: PartOfRole[]; kept: PartOfRole[] } {
  const content = { ...now, permissions: new Set(now.permissions) };
  const restored: PartOfRole[] = [];
  const kept: PartOfRole[] = [];
  for (const part of parts) {
    const last = since.filter((edit) => edit.parts.some((other) => keyOf(other) === keyOf(part))).at(-1);
    if (last?.undoes === event.sequence) continue;
    if (last || isGone(part)) kept.push(partIn(now, part));
    else restored.push(part);
  }
  for (const part of restored) restore(content, part);
  return { content: { ...content, permissions: [...content.permissions].sort() }, restored, kept };
}

function restore(content: Omit<RoleContent, 'permissions'> & { permissions: Set<string> }, part: PartOfRole): void {
  if (part.part !== 'permission') content[part.part] = part.value;
  else if (part.isCarried) content.permissions.add(part.value);
  else content.permissions.delete(part.value);
}

/** The same part as it is now. */
function partIn(now: RoleContent, { part, value }: PartOfRole): PartOfRole {
  return part === 'permission'
    ? { part, value, isCarried: now.permissions.includes(value) }
    : { part, value: now[part] };
}

function isGone(part: PartOfRole): boolean {
  return part.part === 'permission' && part.isCarried && !isPermission(part.value);
}

function keyOf({ part, value }: PartOfRole): string {
  return part === 'permission' ? `permission ${value}` : part;
}

type Recorded = z.output<typeof recorded>;

/** What differs between the two, as it was before. */
function partsBetween(before: Recorded, after: Recorded): PartOfRole[] {
  const texts = (['name', 'description'] as const).flatMap((part) => {
    const value = before[part];
    return value === undefined ? [] : { part, value };
  });
  const [had, has] = [before.permissions ?? [], after.permissions ?? []];
  const permission = (value: string, isCarried: boolean) => ({ part: 'permission', value, isCarried }) as const;
  return [
    ...texts,
    ...had.filter((name) => !has.includes(name)).map((name) => permission(name, true)),
    ...has.filter((name) => !had.includes(name)).map((name) => permission(name, false)),
  ];
}
