import { z } from 'zod';
import { knownPassword, next } from '../forms/fields';
import { Form } from '../forms/form';

export const verifyForm = new Form({
  view: 'auth/verify',
  fields: { password: knownPassword, code: z.string({ error: 'Enter the code.' }).trim().max(64).default(''), next },
  secrets: ['password', 'code'],
});

/** What a script of ours fills in with the answer of the browser. */
export const verifyByPasskeyForm = new Form({
  view: 'auth/verify',
  fields: { credential: z.string({ error: 'Choose a passkey.' }).max(60_000, 'Choose a passkey.'), next },
  secrets: ['credential'],
});
