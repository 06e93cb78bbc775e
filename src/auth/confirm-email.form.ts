import { knownPassword } from '../forms/fields';
import { Form } from '../forms/form';

/** Of a registration. The address of an account is confirmed by its link alone. */
export const confirmEmailForm = new Form({
  view: 'auth/confirm-email',
  fields: { password: knownPassword },
  secrets: ['password'],
});
