import { z } from 'zod';
import { knownEmail, knownPassword, tick } from '../forms/fields';
import { Form } from '../forms/form';

export const loginForm = new Form(
  'auth/login',
  {
    email: knownEmail,
    password: knownPassword,
    remember: tick,
    next: z.string({ error: 'Enter one address.' }).default(''),
  },
  ['password'],
);
