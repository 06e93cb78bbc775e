import { beginningInWords, endInWords } from '../config/moments';
import type { AccessChange, Span } from '../preview/access-diff';
import type { Count, Effect } from '../preview/effect';
import type { HolderChange } from '../preview/holder-changes';

export interface Person {
  email: string;
  name: string;
}

type PeopleById = ReadonlyMap<number, Person>;

/** An effect as views/partials/effect.hbs shows it; without `byId` nobody is named. */
export function effectPage(
  { outcomes, isChange, roles, people, permissions, routes, first, digest }: Effect,
  byId: PeopleById | null,
) {
  const personOf = (id: number) => ({ id, ...(byId?.get(id) ?? { email: `user ${id}`, name: '' }) });
  return {
    digest,
    isChange,
    roles: roles.map((change) => ({
      role: change.role,
      people: change.people,
      does: describeHolderChange(change),
      some: byId ? change.first.map(personOf) : [],
      more: byId ? change.people - change.first.length : 0,
    })),
    people,
    permissions: permissions.map(countRow),
    routes: routes.map(countRow),
    first: (byId ? first : []).map(({ user, diff: { gains, loses, opens, closes } }) => ({
      ...personOf(user),
      gains: byTime(gains),
      loses: byTime(loses),
      opens: byTime(opens),
      closes: byTime(closes),
    })),
    more: byId ? people - first.length : 0,
    refused: outcomes
      .filter(({ result }) => result === 'refused')
      .map(({ user, sentence }) => ({ ...personOf(user), sentence })),
    kept: outcomes
      .filter(({ result }) => result === 'kept')
      .map(({ user, sentence }) => ({ ...personOf(user), sentence })),
    unchanged: outcomes.filter(({ result }) => result === 'unchanged').map(({ user }) => personOf(user)),
    changed: outcomes.filter(({ result }) => result === 'changed').map(({ user }) => personOf(user)),
  };
}

/** Everybody whom the page of the effect names, by id. */
export function namedIn({ outcomes, roles, first }: Effect): number[] {
  const holders = roles.flatMap((change) => change.first);
  return [...new Set([...outcomes.map(({ user }) => user), ...holders, ...first.map(({ user }) => user)])];
}

/** "lose the role Crew" */
function describeHolderChange({ kind, people, role }: HolderChange): string {
  const isOne = people === 1;
  if (kind === 'lose') return `${isOne ? 'loses' : 'lose'} the role ${role}`;
  if (kind === 'gain') return `${isOne ? 'gets' : 'get'} the role ${role}`;
  return `${isOne ? 'holds' : 'hold'} the role ${role}, and ${isOne ? 'keeps' : 'keep'} it as it then is`;
}

function countRow({ name, more, less }: Count) {
  return { name, more, less };
}

/** What has the same times together. */
function byTime(changes: readonly AccessChange[]) {
  const byTime = new Map<string, string[]>();
  for (const { name, spans } of changes) {
    const when = spans.map(spanInWords).filter(Boolean).join(', and ');
    byTime.set(when, [...(byTime.get(when) ?? []), name]);
  }
  return [...byTime].map(([when, names]) => ({ when, names }));
}

function spanInWords({ from, until }: Span): string {
  return [from && `from ${beginningInWords(from)}`, until && `until ${endInWords(until)}`].filter(Boolean).join(' ');
}
