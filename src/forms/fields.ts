import { z } from 'zod';
import { isEmailAddress, normaliseEmail } from '../config/email-address';
import { parseEnd } from '../config/moments';
import { faultOfLength } from '../users/password-policy';

/** An address, normalised; what is not one is told beside the field. */
export const email = z
  .string({ error: 'Enter your e-mail address.' })
  .transform(normaliseEmail)
  .refine(isEmailAddress, 'Enter an e-mail address, like name@example.org.');

/** A password as it is proved: any text but none. */
export const knownPassword = z.string({ error: 'Enter your password.' }).min(1, 'Enter your password.');

/** A password as it is chosen. */
export const newPassword = z.string({ error: 'Choose a password.' }).superRefine((password, context) => {
  const fault = faultOfLength(password);
  if (fault) context.addIssue({ code: 'custom', message: fault });
});

/** A person's name; it may be left out. */
export const name = z
  .string({ error: 'Enter one name.' })
  .default('')
  .transform((text) => text.normalize('NFC').trim())
  .refine((text) => [...text].length <= 100, 'A name has at most 100 characters.')
  .refine((text) => !/\p{Cc}/u.test(text), 'A name has no control characters.');

/** The id of the last one on the page before; what is none begins with the first. */
export const after = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).catch(0);

/** A box that was ticked or not. */
export const tick = z
  .string({ error: 'Tick the box or leave it.' })
  .optional()
  .transform((value) => value !== undefined);

/** Why something is done; it may be left out. */
export const reason = z
  .string({ error: 'Enter one reason.' })
  .default('')
  .transform((text) => text.normalize('NFC').trim() || null)
  .refine((text) => text === null || [...text].length <= 255, 'A reason has at most 255 characters.')
  .refine((text) => text === null || !/\p{Cc}/u.test(text), 'A reason has no control characters.');

/**
 * The last day on which something is held, or a time on it, as the moment that ends it; null where the field is empty:
 * no end; undefined where it was not sent: nothing is said about an end.
 */
export const lastDay = z
  .string({ error: 'Enter one date.' })
  .optional()
  .transform((text, context) => {
    if (!text) return text === '' ? null : undefined;
    const end = parseEnd(text);
    if (end) return end;
    context.addIssue({ code: 'custom', message: 'Enter a day, like 2027-01-31.' });
    return z.NEVER;
  });

const largestId = 2 ** 31 - 1;

/** Numbers of rows, sent one by one or with commas between them; each counts once, and none is an empty list. */
export const ids = z
  .union([z.string(), z.array(z.string())])
  .default([])
  .transform((sent) => [...new Set([sent].flat().flatMap((text) => text.split(',')))].map(Number))
  .refine(
    (all) => all.every((id) => Number.isInteger(id) && id >= 1 && id <= largestId),
    'This is no list of numbers.',
  );

/** A sentence or two, which must not be left out. */
export const plainText = (missing: string) =>
  z
    .string({ error: missing })
    .transform((text) => text.normalize('NFC').trim())
    .refine((text) => text !== '', missing)
    .refine((text) => [...text].length <= 255, 'At most 255 characters.')
    .refine((text) => !/\p{Cc}/u.test(text), 'No line breaks or control characters.');
