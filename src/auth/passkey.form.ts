import { z } from 'zod';
import { next, tick } from '../forms/fields';
import { Form } from '../forms/form';

/** What a script of ours fills in with the answer of the browser. */
export const passkeyForm = new Form({
  view: 'auth/login',
  fields: {
    credential: z.string({ error: 'Choose a passkey.' }).max(60_000, 'Choose a passkey.'),
    remember: tick,
    next,
  },
  secrets: ['credential'],
});
