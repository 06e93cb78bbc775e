import type { MapEntry } from '../../access/entries';
import { isFoundIn, searchKey } from '../../text/search-words';

/** What is called exactly so; otherwise what has a word that begins so: in its title, or else in whatever else it is found by. */
export function entriesFound(entries: readonly MapEntry[], typed: string): MapEntry[] {
  const key = searchKey(typed);
  const exact = entries.filter(({ title, names }) => [title ?? '', ...names].some((text) => searchKey(text) === key));
  if (exact.length > 0) return exact;
  const titled = entries.filter(({ title }) => title && isFoundIn(title, typed));
  if (titled.length > 0) return titled;
  return entries.filter((entry) => isEntryFound(entry, typed));
}

export function isEntryFound(entry: MapEntry, typed: string): boolean {
  return remotenessOf(entry, typed) >= 0;
}

/** By what an entry is found: 0 by its title, 1 by its other words, 2 by its area or its codes; -1: it isn't. */
export function remotenessOf({ title, keywords, area, names }: MapEntry, typed: string): number {
  const places = [[title], [`${title ?? ''} ${keywords}`], [area, ...names]];
  return places.findIndex((texts) => texts.some((text) => text && isFoundIn(text, typed)));
}
