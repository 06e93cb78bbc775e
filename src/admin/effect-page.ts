import type { Count, Effect } from '../users/effect';
import type { Shift, Span } from '../users/difference';

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
      gains: gains.map(inWords),
      loses: loses.map(inWords),
      opens: opens.map(inWords),
      closes: closes.map(inWords),
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

function inWords({ name, spans }: Shift) {
  return { name, when: spans.map(spanInWords).filter(Boolean).join(', and ') };
}

function spanInWords({ from, until }: Span): string {
  return [from && `from ${at(from)}`, until && `until ${at(until)}`].filter(Boolean).join(' ');
}

const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });

/** A moment in UTC, to the minute; where a day ends, that day. */
function at(moment: Date): string {
  return `${format.format(moment)} UTC`;
}
