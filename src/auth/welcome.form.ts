import { z } from 'zod';
import { newPassword } from '../forms/fields';
import { Form } from '../forms/form';

export const welcomeForm = new Form(
  'auth/welcome',
  { password: newPassword, password_confirm: z.string({ error: 'Repeat the password.' }) },
  ['password', 'password_confirm'],
);
