import { z } from 'zod';
import { isEmailAddress, normaliseEmail } from '../config/email-address';
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

/** A box that was ticked or not. */
export const tick = z
  .string({ error: 'Tick the box or leave it.' })
  .optional()
  .transform((value) => value !== undefined);

/** A sentence or two, which must not be left out. */
export const plainText = (missing: string) =>
  z
    .string({ error: missing })
    .transform((text) => text.normalize('NFC').trim())
    .refine((text) => text !== '', missing)
    .refine((text) => [...text].length <= 255, 'At most 255 characters.')
    .refine((text) => !/\p{Cc}/u.test(text), 'No line breaks or control characters.');
