import { z } from 'zod';
import { spanOfDay } from '../../config/moments';
import { parseRowId } from '../../config/row-id';
import { isDay, optional, searchText } from '../../forms/fields';

/** A user's number, or the beginning of a name or an address. */
export const person = optional(
  searchText('Enter one person.', 'Nobody who can be found has control characters.').transform(
    (text) => parseRowId(text) ?? text,
  ),
);

const span = optional(
  z.string({ error: 'Enter one day.' }).refine(isDay, 'Enter a day, like 2026-07-31.').transform(spanOfDay),
);

/** The moment at which the first day begins. */
export const firstDay = span.transform((day) => day?.from);

/** The moment at which the last day has ended. */
export const lastDay = span.transform((day) => day?.until);

/** @param reject throws what is said beside the last day */
export function ensureInOrder({ from, to }: { from?: Date; to?: Date }, reject: (fault: string) => never): void {
  if (from && to && from >= to) reject('The last day comes before the first one.');
}
