import { beginningInWords, endInWords } from '../config/moments';
import { gainedIn, lostIn, takes, type AccessChange, type Span } from '../preview/access-diff';
import type { Effect, Outcome } from '../preview/effect';
import type { HolderChange } from '../preview/holder-changes';
import { isolated } from '../text/isolated';

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
    takes: effect.losing > 0 || roles.some(isLoss),
    isFromReader: losers.includes(readerId ?? 0),
    isFromReaderOnly: losers.every((id) => id === readerId),
    roles: roles.map((change) => ({
      people: change.people,
      isLoss: isLoss(change),
      does: describeHolderChange(change),
      some: byId ? change.first.map(personOf) : [],
      more: byId ? change.people - change.first.length : 0,
    })),
    people,
    permissions,
    routes,
    groups: together(byId ? first : [], ({ diff }) => diff).map((same) => {
      const [{ user, diff }] = same;
      return {
        people: same.slice(0, NAMED).map((one) => personOf(one.user)),
        isReader: same.length === 1 && user === readerId,
        others: Math.max(same.length - NAMED, 0),
        gains: byTime(gainedIn(diff)).map(gainInTime),
        loses: byTime(lostIn(diff)).map(lossInTime),
      };
    }),
    more: byId ? people - first.length : 0,
    refused: of('refused').map(({ user, sentence }) => ({ ...personOf(user), sentence })),
    kept: of('kept').map(({ user, sentence }) => ({ ...personOf(user), sentence })),
    unchanged: of('unchanged').map(({ user }) => personOf(user)),
  };
}

/** Whose page a change stands below: the only one whom it is about. */
export function onlyOneOf(users: readonly number[], people: PeopleById) {
  const [id = 0, ...others] = users;
  const person = people.get(id);
  return person && others.length === 0 ? { id, ...person } : null;
}

/** Everybody whom the page of the effect names, by id. */
export function namedIn({ outcomes, roles, first }: Effect): number[] {
  const holders = roles.flatMap((change) => change.first);
  return [...new Set([...outcomes.map(({ user }) => user), ...holders, ...first.map(({ user }) => user)])];
}

/** Whether those whom it is about lose the role, or it counts for nothing for them. */
function isLoss({ kind }: HolderChange): boolean {
  return kind === 'lose' || kind === 'stop';
}

/** Those of the people it names who lose something. */
function losersIn({ roles, first }: Effect): number[] {
  return [
    ...roles.filter(isLoss).flatMap((change) => change.first),
    ...first.filter(({ diff }) => takes(diff)).map(({ user }) => user),
  ];
}

/** Those of which this is the same, in groups. */
function together<T>(all: readonly T[], whatOf: (one: T) => unknown): [T, ...T[]][] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const one of all) {
    const key = JSON.stringify(whatOf(one));
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()];
}

/** "lose the role Crew" */
function describeHolderChange({ kind, people, role, until }: HolderChange): string {
  const [isOne, named] = [people === 1, `the role ${isolated(role)}`];
  if (kind === 'lose') return `${isOne ? 'loses' : 'lose'} ${named}`;
  if (kind === 'stop') return `${isOne ? 'keeps' : 'keep'} ${named}, which then counts for nothing`;
  if (kind === 'start') return `${isOne ? 'has' : 'have'} ${named}, which then counts again`;
  const end = until && `until ${endInWords(until)}`;
  if (kind === 'gain') return [isOne ? 'gets' : 'get', named, end].filter(Boolean).join(' ');
  if (kind === 'period') return `${isOne ? 'has' : 'have'} ${named} already, and then ${end ?? 'without an end'}`;
  return `${isOne ? 'holds' : 'hold'} ${named}, and ${isOne ? 'keeps' : 'keep'} it as it then is`;
}

interface Timed {
  names: string[];
  spans: readonly Span[];
}

function byTime(changes: readonly AccessChange[]): Timed[] {
  return together(changes, ({ spans }) => spans).map((same) => ({
    names: same.map(({ name }) => name),
    spans: same[0].spans,
  }));
}

/** What begins now and ends once says so behind it. */
function gainInTime({ names, spans }: Timed) {
  const [span] = spans;
  const ends = spans.length === 1 && span?.from === null ? span.until : null;
  return ends ? { names, when: '', ends: endInWords(ends) } : lossInTime({ names, spans });
}

function lossInTime({ names, spans }: Timed) {
  const when = spans.map(spanInWords).filter(Boolean).join(', and ');
  return { names, when: when.charAt(0).toUpperCase() + when.slice(1), ends: '' };
}

function spanInWords({ from, until }: Span): string {
  return [from && `from ${beginningInWords(from)}`, until && `until ${endInWords(until)}`].filter(Boolean).join(' ');
}
