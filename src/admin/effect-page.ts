import type { Count, Effect } from '../users/effect';
import type { Shift, Span } from '../users/difference';
import { beginningInWords, endInWords } from '../config/moments';

export interface Person {
  email: string;
  name: string;
}

type PeopleById = ReadonlyMap<number, Person>;

/** An effect as views/partials/effect.hbs shows it. */
export function effectPage({ outcomes, people, permissions, routes, first, digest }: Effect, byId: PeopleById) {
  const personOf = (id: number) => ({ id, ...(byId.get(id) ?? { email: `user ${id}`, name: '' }) });
  return {
    digest,
    people,
    permissions: permissions.map(countRow),
    routes: routes.map(countRow),
    first: first.map(({ user, difference: { gains, loses, opens, closes } }) => ({
      ...personOf(user),
      gains: byTime(gains),
      loses: byTime(loses),
      opens: byTime(opens),
      closes: byTime(closes),
    })),
    more: people - first.length,
    refused: outcomes
      .filter(({ result }) => result === 'refused')
      .map(({ user, sentence }) => ({ ...personOf(user), sentence })),
    unchanged: outcomes.filter(({ result }) => result === 'unchanged').map(({ user }) => personOf(user)),
    changed: outcomes.filter(({ result }) => result === 'changed').map(({ user }) => personOf(user)),
  };
}

/** Whom the page of the effect names. */
export function namedIn({ outcomes, first }: Effect): number[] {
  return [...new Set([...outcomes.map(({ user }) => user), ...first.map(({ user }) => user)])];
}

function countRow({ name, more, less }: Count) {
  return { name, more, less };
}

/** What has the same times together. */
function byTime(shifts: readonly Shift[]) {
  const byTime = new Map<string, string[]>();
  for (const { name, spans } of shifts) {
    const when = spans.map(spanInWords).filter(Boolean).join(', and ');
    byTime.set(when, [...(byTime.get(when) ?? []), name]);
  }
  return [...byTime].map(([when, names]) => ({ when, names }));
}

function spanInWords({ from, until }: Span): string {
  return [from && `from ${beginningInWords(from)}`, until && `until ${endInWords(until)}`].filter(Boolean).join(' ');
}
