import { formId, knownEmail, knownPassword, next, tick } from '../forms/fields';
import { Form } from '../forms/form';

export const loginForm = new Form(
  'auth/login',
  {
    email: knownEmail,
    password: knownPassword,
    remember: tick,
    next,
    form: formId,
  },
  ['password'],
);
