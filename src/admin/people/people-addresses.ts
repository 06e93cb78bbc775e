export type Sent = Record<string, unknown>;

/** What says whom one looks for, and in which order. */
const searchedBy = ['search', 'role', 'state', 'away', 'sort'] as const;
type Search = Partial<Record<(typeof searchedBy)[number], string>>;

/** The fields of a search alone, as an address has them. */
export function searchOf(sent: Sent): Search {
  const given = searchedBy.map((name) => [name, sent[name]] as const);
  return Object.fromEntries(given.filter(([, value]) => typeof value === 'string' && value !== ''));
}

/** An address of the list with this search, and what else it says. */
export function addressOf(sent: Sent, more: Record<string, string | undefined> = {}, path = '/admin/users'): string {
  const given = Object.entries({ ...searchOf(sent), ...more }).filter(([, value]) => value);
  const query = new URLSearchParams(given).toString();
  return query ? `${path}?${query}` : path;
}

/** A search as a field of a form keeps it; never empty. */
export function keptSearch(sent: Sent): string {
  return new URLSearchParams({ sort: 'newest', ...searchOf(sent) }).toString();
}

export function searchKeptIn(text: string): Sent {
  return Object.fromEntries(new URLSearchParams(text));
}
