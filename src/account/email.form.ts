import { SameAddress } from '../accounts/email-changes.service';
import { email } from '../forms/fields';
import { Form } from '../forms/form';
import { EmailTaken, InvalidEmail } from '../users/user-errors';

export const emailForm = new Form({
  view: 'account/email',
  fields: { email },
  domainErrors: { email: [EmailTaken, InvalidEmail, SameAddress] },
});
