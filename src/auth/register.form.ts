import { z } from 'zod';
import { email, name, newPassword } from '../forms/fields';
import { Form } from '../forms/form';

export const registerForm = new Form(
  'auth/register',
  { name, email, password: newPassword, password_confirm: z.string({ error: 'Repeat the password.' }) },
  ['password', 'password_confirm'],
);
