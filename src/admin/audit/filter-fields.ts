import { z } from 'zod';
import { spanOfDay } from '../../config/moments';
import { parseRowId } from '../../config/row-id';
import { isDay } from '../../forms/fields';

/** An empty field filters nothing. */
export function optional<T extends z.ZodType>(field: T) {
  return z.preprocess((value: unknown) => (value === '' ? undefined : value), field.optional()).optional();
}

/** A user's number, or the beginning of a name or an address. */
export const person = optional(
  z
    .string({ error: 'Enter one person.' })
    .trim()
    .max(254, 'Enter the beginning only: at most 254 characters.')
    .refine((text) => !/\p{Cc}/u.test(text), 'Nobody who can be found has control characters.')
    .transform((text) => parseRowId(text) ?? text),
);

const span = optional(
  z.string({ error: 'Enter one day.' }).refine(isDay, 'Enter a day, like 2026-07-31.').transform(spanOfDay),
);

/** The moment at which the first day begins. */
export const firstDay = span.transform((day) => day?.from);

/** The moment at which the last day has ended. */
export const lastDay = span.transform((day) => day?.until);

export const daysAreReversed = 'The last day comes before the first one.';
