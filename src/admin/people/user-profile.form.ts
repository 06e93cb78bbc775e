import { knownEmail, name } from '../../forms/fields';
import { Form } from '../../forms/form';
import { EmailTaken, InvalidEmail, InvalidName } from '../../users/user-errors';

/** What stays the same is not judged: earlier versions took names and addresses that nobody may take now. */
export const userProfileForm = new Form({
  view: 'admin/users/profile',
  fields: { name, email: knownEmail },
  domainErrors: { name: [InvalidName], email: [EmailTaken, InvalidEmail] },
});
