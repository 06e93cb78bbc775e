import { z } from 'zod';
import { formId, knownPassword, newPassword } from '../forms/fields';
import { Form } from '../forms/form';

export const passwordForm = new Form(
  'account/password',
  {
    current_password: knownPassword,
    password: newPassword,
    password_confirm: z.string({ error: 'Repeat the new password.' }),
    form: formId,
  },
  ['current_password', 'password', 'password_confirm'],
);
