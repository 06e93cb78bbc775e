import { z } from 'zod';
import { email, formId, name, newPassword, next } from '../forms/fields';
import { Form } from '../forms/form';

export const registerForm = new Form(
  'auth/register',
  {
    name,
    email,
    password: newPassword,
    password_confirm: z.string({ error: 'Repeat the password.' }),
    next,
    form: formId,
  },
  ['password', 'password_confirm'],
);
