import { z } from 'zod';
import { PasskeyNotAccepted, TooManyPasskeys } from '../factors/factor-errors';
import { line } from '../forms/fields';
import { Form } from '../forms/form';

/** A passkey that the browser has made, and what its owner calls it. */
export const passkeyForm = new Form({
  view: 'account/passkeys',
  fields: {
    name: line({ subject: 'A name', most: 60 }).transform((name) => name || 'Passkey'),
    credential: z.string({ error: 'Adding a passkey needs JavaScript.' }).max(60_000, 'Try again.'),
  },
  secrets: ['credential'],
  domainErrors: { form: [PasskeyNotAccepted, TooManyPasskeys] },
});
