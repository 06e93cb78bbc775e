import { formId, knownEmail, knownPassword, next, tick } from '../forms/fields';
import { Form } from '../forms/form';

export const loginForm = new Form({
  view: 'auth/login',
  fields: {
    email: knownEmail,
    password: knownPassword,
    remember: tick,
    next,
    form: formId,
  },
  secrets: ['password'],
});
