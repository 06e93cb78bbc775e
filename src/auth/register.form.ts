import { z } from 'zod';
import { email, formId, name, newPassword, next } from '../forms/fields';
import { Form } from '../forms/form';

export const registerForm = new Form({
  view: 'auth/register',
  fields: {
    name,
    email,
    password: newPassword,
    password_confirm: z.string({ error: 'Repeat the password.' }),
    next,
    form: formId,
  },
  repeats: { password_confirm: ['password', 'This is not the same password.'] },
  secrets: ['password', 'password_confirm'],
});

/** What the account would be called; nothing for what it can't be called. */
export function namesIn(sent: unknown): { email: string; name: string } {
  const typed = Object(sent) as Record<string, unknown>;
  return { email: email.safeParse(typed.email).data ?? '', name: name.safeParse(typed.name).data ?? '' };
}
