import { knownEmail } from '../forms/fields';
import { Form } from '../forms/form';

export const forgotPasswordForm = new Form({ view: 'auth/forgot-password', fields: { email: knownEmail } });
