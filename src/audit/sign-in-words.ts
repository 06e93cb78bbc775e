import type { SignInEntry } from './sign-in-tally';

export type SignInKind = SignInEntry['kind'];

/** What happened, as people read it, by what they look for. */
const groups = {
  'sign-ins': {
    title: 'Sign-ins',
    kinds: {
      'signed in': 'Signed in',
      'signed out': 'Signed out',
      'second factor asked': 'Was asked for a second factor',
    },
  },
  failures: {
    title: 'Failed sign-ins',
    kinds: {
      'sign-in refused': 'Sign-in failed',
      'sign-in limited': 'Sign-in stopped: too many attempts',
      'account attacked': 'Sign-in stopped: too many wrong passwords in a day',
      'wrong password': 'Wrong current password',
      'second factor refused': 'Wrong second factor',
      'second factor limited': 'Second factor stopped: too many attempts',
    },
  },
  refusals: {
    title: 'Refusals',
    kinds: {
      forbidden: 'Page or action refused',
      'change refused': 'Change refused: beyond what they hold',
      'foreign form': 'Form from another site refused',
      'unusable link': 'Link that can’t be used',
      'registration limited': 'Registration stopped: too many attempts',
    },
  },
  exports: { title: 'Downloads', kinds: { export: 'Downloaded a list' } },
} as const satisfies Record<string, { title: string; kinds: Partial<Record<SignInKind, string>> }>;

const words: Record<SignInKind, string> = {
  ...groups['sign-ins'].kinds,
  ...groups.failures.kinds,
  ...groups.refusals.kinds,
  ...groups.exports.kinds,
};

/** A kind that an earlier version recorded keeps its name. */
export function titleOfKind(kind: string): string {
  return Object.hasOwn(words, kind) ? words[kind as SignInKind] : kind;
}

interface KindGroup {
  value: string;
  title: string;
  kinds: { value: SignInKind; title: string }[];
}

export const kindGroups: readonly KindGroup[] = Object.entries(groups).map(([value, { title, kinds }]) => ({
  value,
  title,
  kinds: Object.entries(kinds).map(([kind, title]) => ({ value: kind as SignInKind, title })),
}));

/** All of a group, or the one kind; null where there is neither. */
export function kindsCalled(name: string): SignInKind[] | null {
  const group = kindGroups.find(({ value }) => value === name);
  if (group) return group.kinds.map(({ value }) => value);
  return Object.hasOwn(words, name) ? [name as SignInKind] : null;
}
