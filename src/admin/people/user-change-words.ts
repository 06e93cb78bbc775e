import { endInWords } from '../../config/moments';
import type { UserChange } from '../../preview/change';
import type { Effect, Outcome } from '../../preview/effect';
import { isolated } from '../../text/isolated';
import { joined } from '../../text/joined';
import type { ChangeOfRole } from './user-change.form';

/** What people are called, by their ids. */
export type Called = ReadonlyMap<number, string>;

/** "Give the role Crew to Ada Lovelace" */
export function titleOf(change: UserChange, called: Called): string {
  return `${phraseOf(change)} ${whomOf(change.users, called)}`;
}

/** "Give a role to Ada Lovelace" */
export function choosesRole(change: ChangeOfRole, users: readonly number[], called: Called): string {
  const phrases = {
    grant: 'Give a role to',
    revoke: 'Take a role from',
    'change-end': 'Change the end date of a role of',
  };
  return `${phrases[change]} ${whomOf(users, called)}`;
}

const buttons: Record<UserChange['change'], { one: string; several: string }> = {
  grant: { one: 'Give the role', several: 'Give the role to' },
  revoke: { one: 'Take the role away', several: 'Take the role from' },
  'change-end': { one: 'Change the end date', several: 'Change the end date of' },
  activate: { one: 'Activate', several: 'Activate' },
  deactivate: { one: 'Deactivate', several: 'Deactivate' },
  delete: { one: 'Delete', several: 'Delete' },
};

/** "Take the role from 19 people": of several, with how many of them it changes. */
export function buttonOf({ change, users }: UserChange, { outcomes }: Effect): string {
  const { one, several } = buttons[change];
  const changed = outcomes.filter(({ result }) => result === 'changed').length;
  return users.length === 1 ? one : `${several} ${peopleInWords(changed)}`;
}

export function peopleInWords(count: number): string {
  return count === 1 ? '1 person' : `${count} people`;
}

/** At most this many refusals are repeated: all of them were on the page that was confirmed. */
const SHOWN = 5;

/** What was done and for whom, and what was not and why. */
export function summaryOf(change: UserChange, { outcomes }: Effect, called: Called): string {
  return whatFollows(outcomes, called, (changed) => whatIsTrueOf(changed, change, called));
}

/** The same of any change. @param whatIsTrue says what it has made of those whom it changed */
export function whatFollows(
  outcomes: readonly Outcome[],
  called: Called,
  whatIsTrue: (changed: readonly number[]) => string,
): string {
  const of = (result: Outcome['result']) => outcomes.filter((outcome) => outcome.result === result);
  const usersOf = (some: readonly Outcome[]) => some.map(({ user }) => user);
  const whom = (some: readonly Outcome[]) => whomOf(usersOf(some), called);
  const [changed, unchanged, refused, kept] = [of('changed'), of('unchanged'), of('refused'), of('kept')];
  const sentences = [
    changed.length > 0 ? whatIsTrue(usersOf(changed)) : 'Nothing was changed.',
    unchanged.length > 0 ? `It was so already for ${whom(unchanged)}.` : '',
    ...refused.slice(0, SHOWN).map((outcome) => `Not for ${whom([outcome])}: ${outcome.sentence}`),
    refused.length > SHOWN ? `Nor for ${refused.length - SHOWN} more.` : '',
    ...kept.slice(0, SHOWN).map((outcome) => `Kept for ${whom([outcome])}: ${outcome.sentence}`),
    kept.length > SHOWN ? `Kept for ${kept.length - SHOWN} more.` : '',
  ];
  return sentences.filter(Boolean).join(' ');
}

/** "Ada Lovelace now has the role Crew until 3 May 2027." */
export function whatTheyHold(
  users: readonly number[],
  { role, until }: { role: string; until?: Date | null | undefined },
  called: Called,
): string {
  const end = until ? ` until ${endInWords(until)}` : ', without an end';
  return `${whomOf(users, called)} now ${users.length === 1 ? 'has' : 'have'} the role ${isolated(role)}${end}.`;
}

/** What the change has made of those whom it changed. */
function whatIsTrueOf(users: readonly number[], change: UserChange, called: Called): string {
  const [whom, isOne] = [whomOf(users, called), users.length === 1];
  switch (change.change) {
    case 'grant':
    case 'change-end':
      return whatTheyHold(users, change, called);
    case 'revoke':
      return `${whom} no longer ${isOne ? 'has' : 'have'} the role ${isolated(change.role)}.`;
    case 'activate':
      return `${whom} ${isOne ? 'is' : 'are'} active now.`;
    case 'deactivate':
      return `${whom} ${isOne ? 'is' : 'are'} no longer active.`;
    case 'delete':
      return `${whom} ${isOne ? 'is' : 'are'} deleted.`;
  }
}

function phraseOf(change: UserChange): string {
  switch (change.change) {
    case 'grant':
      return `Give the role ${isolated(change.role)} to`;
    case 'revoke':
      return `Take the role ${isolated(change.role)} from`;
    case 'change-end':
      return `Change the end date of the role ${isolated(change.role)} of`;
    case 'activate':
      return 'Activate';
    case 'deactivate':
      return 'Deactivate';
    case 'delete':
      return 'Delete';
  }
}

export function whomOf(users: readonly number[], called: Called): string {
  if (users.length > 3) return `${users.length} people`;
  return joined(
    users.map((id) => called.get(id) ?? `user ${id}`),
    'and',
  );
}
