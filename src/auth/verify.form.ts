import { knownPassword, next } from '../forms/fields';
import { Form } from '../forms/form';

export const verifyForm = new Form({
  view: 'auth/verify',
  fields: { password: knownPassword, next },
  secrets: ['password'],
});
