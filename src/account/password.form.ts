import { z } from 'zod';
import { formId, knownPassword, newPassword } from '../forms/fields';
import { Form } from '../forms/form';

export const passwordForm = new Form({
  view: 'account/password',
  fields: {
    current_password: knownPassword.optional(),
    password: newPassword,
    password_confirm: z.string({ error: 'Repeat the new password.' }),
    form: formId,
  },
  repeats: { password_confirm: ['password', 'This is not the same password.'] },
  secrets: ['current_password', 'password', 'password_confirm'],
});
