import { beginningInWords, endInWords } from '../config/moments';
import type { AccessChange, AccessDiff, Span } from '../preview/access-diff';
import type { Effect, Outcome } from '../preview/effect';
import type { HolderChange } from '../preview/holder-changes';

export interface Person {
  email: string;
  name: string;
}

type PeopleById = ReadonlyMap<number, Person>;

/** So many of those who gain and lose the same are named in one sentence. */
const NAMED = 5;

/**
 * An effect as views/partials/effect.hbs shows it.
 *
 * @param byId without it nobody is named
 * @param readerId who is told where it is about themselves
 */
export function effectPage(effect: Effect, byId: PeopleById | null, readerId: number | undefined) {
  const { outcomes, isChange, roles, people, permissions, routes, first, digest } = effect;
  const personOf = (id: number) => ({
    id,
    ...(byId?.get(id) ?? { email: `user ${id}`, name: '' }),
    isReader: id === readerId,
  });
  const losers = byId ? losersIn(effect) : [];
  const of = (result: Outcome['result']) => outcomes.filter((outcome) => outcome.result === result);
  return {
    digest,
    isChange,
    takes: takesFromSomebody(effect),
    isFromReader: losers.includes(readerId ?? 0),
    isFromReaderOnly: losers.every((id) => id === readerId),
    roles: roles.map((change) => ({
      role: change.role,
      people: change.people,
      isLoss: change.kind === 'lose',
      does: describeHolderChange(change),
      some: byId ? change.first.map(personOf) : [],
      more: byId ? change.people - change.first.length : 0,
    })),
    people,
    permissions,
    routes,
    groups: groupsOf(byId ? first : []).map(({ users, diff }) => ({
      people: users.slice(0, NAMED).map(personOf),
      isReader: users.length === 1 && users[0] === readerId,
      others: users.length > NAMED ? users.length - NAMED : 0,
      // Who has all permissions already gains only pages.
      gains: byTime(diff.gains.length > 0 ? diff.gains : diff.opens).map(gainInTime),
      loses: byTime(diff.loses.length > 0 ? diff.loses : diff.closes).map(lossInTime),
    })),
    more: byId ? people - first.length : 0,
    refused: of('refused').map(({ user, sentence }) => ({ ...personOf(user), sentence })),
    kept: of('kept').map(({ user, sentence }) => ({ ...personOf(user), sentence })),
    unchanged: of('unchanged').map(({ user }) => personOf(user)),
    changed: of('changed').map(({ user }) => personOf(user)),
  };
}

/** Everybody whom the page of the effect names, by id. */
export function namedIn({ outcomes, roles, first }: Effect): number[] {
  const holders = roles.flatMap((change) => change.first);
  return [...new Set([...outcomes.map(({ user }) => user), ...holders, ...first.map(({ user }) => user)])];
}

/** Whether anybody loses a role, a permission or a page. */
export function takesFromSomebody({ roles, losing }: Pick<Effect, 'roles' | 'losing'>): boolean {
  return losing > 0 || roles.some(({ kind }) => kind === 'lose');
}

/** Those of the people it names who lose something. */
function losersIn({ roles, first }: Effect): number[] {
  const losers = first.filter(({ diff }) => diff.loses.length > 0 || diff.closes.length > 0);
  return [
    ...roles.filter(({ kind }) => kind === 'lose').flatMap((change) => change.first),
    ...losers.map(({ user }) => user),
  ];
}

/** Who gain and lose the same together. */
function groupsOf(first: Effect['first']) {
  const groups = new Map<string, { users: number[]; diff: AccessDiff }>();
  for (const { user, diff } of first) {
    const key = JSON.stringify(diff);
    const group = groups.get(key) ?? { users: [], diff };
    group.users.push(user);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** "lose the role Crew" */
function describeHolderChange({ kind, people, role }: HolderChange): string {
  const isOne = people === 1;
  if (kind === 'lose') return `${isOne ? 'loses' : 'lose'} the role ${role}`;
  if (kind === 'gain') return `${isOne ? 'gets' : 'get'} the role ${role}`;
  return `${isOne ? 'holds' : 'hold'} the role ${role}, and ${isOne ? 'keeps' : 'keep'} it as it then is`;
}

/** What has the same times together. */
function byTime(changes: readonly AccessChange[]) {
  const byTime = new Map<string, { names: string[]; spans: readonly Span[] }>();
  for (const { name, spans } of changes) {
    const when = JSON.stringify(spans);
    const same = byTime.get(when) ?? { names: [], spans };
    same.names.push(name);
    byTime.set(when, same);
  }
  return [...byTime.values()];
}

/** What begins now and ends once says so behind it. */
function gainInTime({ names, spans }: { names: string[]; spans: readonly Span[] }) {
  const [span] = spans;
  const ends = spans.length === 1 && span?.from === null ? span.until : null;
  return ends ? { names, when: '', ends: endInWords(ends) } : lossInTime({ names, spans });
}

function lossInTime({ names, spans }: { names: string[]; spans: readonly Span[] }) {
  const when = spans.map(spanInWords).filter(Boolean).join(', and ');
  return { names, when: when.charAt(0).toUpperCase() + when.slice(1), ends: '' };
}

function spanInWords({ from, until }: Span): string {
  return [from && `from ${beginningInWords(from)}`, until && `until ${endInWords(until)}`].filter(Boolean).join(' ');
}
