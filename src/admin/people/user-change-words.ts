import { endInWords } from '../../config/moments';
import type { UserChange } from '../../preview/change';
import type { Effect, Outcome } from '../../preview/effect';
import { joined } from '../../text/joined';
import type { ChangeOfRole } from './user-change.form';

export type Addresses = ReadonlyMap<number, string>;

/** "Give the role Crew to ada@example.org" */
export function titleOf(change: UserChange, addresses: Addresses): string {
  return `${phraseOf(change)} ${whomOf(change.users, addresses)}`;
}

/** "Give a role to ada@example.org" */
export function choosesRole(change: ChangeOfRole, users: readonly number[], addresses: Addresses): string {
  const phrases = {
    grant: 'Give a role to',
    revoke: 'Take a role from',
    'change-end': 'Change the end date of a role of',
  };
  return `${phrases[change]} ${whomOf(users, addresses)}`;
}

export const buttons: Record<UserChange['change'], string> = {
  grant: 'Give the role',
  revoke: 'Take the role away',
  'change-end': 'Change the end date',
  activate: 'Activate',
  deactivate: 'Deactivate',
  delete: 'Delete',
};

/** At most this many refusals are repeated: all of them were on the page that was confirmed. */
const SHOWN = 5;

/** What was done and for whom, and what was not and why. */
export function summaryOf(change: UserChange, { outcomes }: Effect, addresses: Addresses): string {
  return whatFollows(outcomes, addresses, (changed) => whatIsTrueOf(changed, change, addresses));
}

/** The same of any change. @param whatIsTrue says what it has made of those whom it changed */
export function whatFollows(
  outcomes: readonly Outcome[],
  addresses: Addresses,
  whatIsTrue: (changed: readonly number[]) => string,
): string {
  const of = (result: Outcome['result']) => outcomes.filter((outcome) => outcome.result === result);
  const usersOf = (some: readonly Outcome[]) => some.map(({ user }) => user);
  const whom = (some: readonly Outcome[]) => whomOf(usersOf(some), addresses);
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

/** "ada@example.org now has the role Crew until 3 May 2027." */
export function whatTheyHold(
  users: readonly number[],
  { role, until }: { role: string; until?: Date | null | undefined },
  addresses: Addresses,
): string {
  const end = until ? ` until ${endInWords(until)}` : ', without an end';
  return `${whomOf(users, addresses)} now ${users.length === 1 ? 'has' : 'have'} the role ${role}${end}.`;
}

/** What the change has made of those whom it changed. */
function whatIsTrueOf(users: readonly number[], change: UserChange, addresses: Addresses): string {
  const [whom, isOne] = [whomOf(users, addresses), users.length === 1];
  switch (change.change) {
    case 'grant':
    case 'change-end':
      return whatTheyHold(users, change, addresses);
    case 'revoke':
      return `${whom} no longer ${isOne ? 'has' : 'have'} the role ${change.role}.`;
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
      return `Give the role ${change.role} to`;
    case 'revoke':
      return `Take the role ${change.role} from`;
    case 'change-end':
      return `Change the end date of the role ${change.role} of`;
    case 'activate':
      return 'Activate';
    case 'deactivate':
      return 'Deactivate';
    case 'delete':
      return 'Delete';
  }
}

export function whomOf(users: readonly number[], addresses: Addresses): string {
  if (users.length > 3) return `${users.length} people`;
  return joined(
    users.map((id) => addresses.get(id) ?? `user ${id}`),
    'and',
  );
}
