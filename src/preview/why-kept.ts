import { hasEnded } from '../access/holdings';
import { haveSamePeriod } from '../roles/grant-period';
import type { Grant } from '../roles/grant.entity';
import type { GrantContent } from '../roles/recorded-grant';
import type { Role } from '../roles/role.entity';
import { isolated } from '../text/isolated';
import { nameOf, type AccountPart } from './account-parts';
import type { Outcome } from './effect';

/** What an undo finds. */
export interface Found {
  /** Those that still exist, by id. */
  roles: ReadonlyMap<number, Role>;
  grants: readonly Grant[];
  /** Of the people who still have an account. */
  addresses: ReadonlyMap<number, string>;
  /** The last change since, by the name of the part. */
  since: ReadonlyMap<string, AccountPart>;
  now: Date;
}

/** Why a part of an account stays as it is; null where it is as the change left it. */
export function whyKept(part: AccountPart, found: Found): Omit<Outcome, 'user'> | null {
  const since = found.since.get(nameOf(part));
  // It is undone already.
  if (since?.undoes === part.event) return { result: 'unchanged', sentence: '' };
  const sentence = goneSince(part, found) ?? (since ? changedSince(since, found) : changedUnrecorded(part, found));
  return sentence ? { result: 'kept', sentence } : null;
}

function goneSince({ user, role }: AccountPart, { roles, addresses }: Found): string | null {
  if (!addresses.has(user)) return 'The account was deleted since.';
  return role && !roles.has(role.id) ? `The role ${nameOfRole(role, roles)} was deleted since.` : null;
}

function changedSince({ action, role }: AccountPart, { roles }: Found): string {
  const name = role && nameOfRole(role, roles);
  switch (action) {
    case 'grant.add':
      return `The role ${name} was given again since.`;
    case 'grant.change':
      return `The end date of the role ${name} was changed since.`;
    case 'grant.remove':
      return `The role ${name} was taken away since.`;
    case 'user.activate':
      return 'The account was activated since.';
    case 'user.deactivate':
      return 'The account was deactivated since.';
  }
}

/** By what recorded nothing, or not enough. */
function changedUnrecorded(part: AccountPart, { roles, grants, now }: Found): string | null {
  const { user, role } = part;
  if (!role) return null;
  const grant = grants.find(({ userId, roleId }) => userId === user && roleId === role.id) ?? null;
  const name = nameOfRole(role, roles);
  return isAsLeft(part.is, grant, now) ? null : `The role ${name} was given, changed or taken away since.`;
}

/** As part of a sentence: what it is called now, or was. */
function nameOfRole({ id, name }: { id: number; name: string }, roles: Found['roles']): string {
  return isolated(roles.get(id)?.name ?? name);
}

function isAsLeft(is: GrantContent | null, grant: Grant | null, now: Date): boolean {
  if (!is) return !grant || hasEnded(grant, now);
  return grant?.grantedAt.getTime() === is.grantedAt.getTime() && haveSamePeriod(grant, is);
}
