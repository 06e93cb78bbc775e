import { isPermission, meaningOf } from '../../access/catalogue';
import type { AccountAction } from '../../preview/account-parts';
import type { Effect } from '../../preview/effect';
import type { PartOfRole, UndoneChange } from '../../preview/undone-change';
import { isolated } from '../../text/isolated';
import { joined } from '../../text/joined';
import { titleOf, whatFollows, whomOf, type Called } from '../people/user-change-words';

type UndonePeople = Extract<UndoneChange, { what: 'users' }>;
type UndoneEdit = Extract<UndoneChange, { what: 'roles' }>;

/** "Undo: Give the role Crew to Ada Lovelace" */
export function titleOfUndo(undone: UndoneChange, called: Called): string {
  return `Undo: ${undone.what === 'users' ? titleOf(undone.change, called) : `Change the role ${isolated(undone.role.name)}`}`;
}

/** What is true again, of whom, and what was kept or refused and why. */
export function summaryOfUndo(undone: UndoneChange, effect: Effect, called: Called): string {
  if (undone.what === 'roles') return summaryOfEdit(undone, effect);
  return whatFollows(effect.outcomes, called, (changed) => whatIsTrueAgain(undone, changed, called));
}

function summaryOfEdit({ name, kept }: UndoneEdit, { isChange }: Effect): string {
  const done = isChange ? `The change of the role ${isolated(name)} is undone.` : 'Nothing was changed.';
  return kept.length > 0 ? `${done} Kept: ${joined(kept.map(keptInWords), 'and')}.` : done;
}

/** "the name Crew", "without “See users”" */
function keptInWords(kept: PartOfRole): string {
  const { part, value } = kept;
  if (part !== 'permission') return value ? `the ${part} ${isolated(value)}` : `no ${part}`;
  return `${kept.isCarried ? 'with' : 'without'} “${isPermission(value) ? meaningOf(value) : value}”`;
}

/** Of each kind of what was done to people: what is true since it is undone. */
const again: Record<AccountAction, (isOne: boolean, role: string) => string> = {
  'grant.add': (isOne, role) => `no longer ${isOne ? 'has' : 'have'} the role ${role}`,
  'grant.change': (isOne, role) => `${isOne ? 'has' : 'have'} the role ${role} as before`,
  'grant.remove': (isOne, role) => `${isOne ? 'has' : 'have'} the role ${role} again`,
  'user.activate': (isOne) => `${isOne ? 'is' : 'are'} no longer active`,
  'user.deactivate': (isOne) => `${isOne ? 'is' : 'are'} active again`,
};

function whatIsTrueAgain({ change, parts }: UndonePeople, changed: readonly number[], called: Called): string {
  const role = 'role' in change ? isolated(change.role) : '';
  const done = parts.filter(({ user }) => changed.includes(user));
  return [...new Set(done.map(({ action }) => action))]
    .map((action) => {
      const users = done.filter((part) => part.action === action).map(({ user }) => user);
      return `${whomOf(users, called)} ${again[action](users.length === 1, role)}.`;
    })
    .join(' ');
}
