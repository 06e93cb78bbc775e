import { dayInWords } from '../../config/moments';
import type { FoundPerson } from '../people/person-finder.service';

/** What somebody typed to narrow a list down, as it stands in the address. */
export type Typed = Record<string, unknown>;

/** The same list, with more or less: what is undefined or empty is left out. */
export function listHref(path: string, typed: Typed, more: Typed = {}): string {
  const given = Object.entries({ ...typed, ...more }).filter(([, value]) => value !== undefined && value !== '');
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return query ? `${path}?${query}` : path;
}

/** Those whom a word finds, each with the address of the list that is about them. */
export function peopleToChoose(path: string, typed: Typed, people: readonly FoundPerson[]) {
  return people.map((person) => ({ ...person, href: listHref(path, typed, { person: person.id }) }));
}

/** What the list is narrowed to, in words, each with the address of the list without it. */
export function filterChips(path: string, typed: Typed, words: Record<string, string | undefined>) {
  return Object.entries(words).flatMap(([name, inWords]) =>
    inWords ? [{ words: inWords, href: listHref(path, { ...typed, [name]: undefined }) }] : [],
  );
}

/** The days that were typed, in words for `filterChips`. */
export function daysTyped({ from, to }: Typed): Record<'from' | 'to', string | undefined> {
  const inWords = (word: string, day: unknown) =>
    typeof day === 'string' && day ? `${word} ${dayInWords(day)}` : undefined;
  return { from: inWords('from', from), to: inWords('until', to) };
}
