import { z } from 'zod';
import { newPassword } from '../forms/fields';
import { Form } from '../forms/form';

export const welcomeForm = new Form({
  view: 'auth/welcome',
  fields: { password: newPassword, password_confirm: z.string({ error: 'Repeat the password.' }) },
  repeats: { password_confirm: ['password', 'This is not the same password.'] },
  secrets: ['password', 'password_confirm'],
});
