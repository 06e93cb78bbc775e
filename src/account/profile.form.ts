import { name } from '../forms/fields';
import { Form } from '../forms/form';
import { InvalidName } from '../users/user-errors';

export const profileForm = new Form({
  view: 'account/profile',
  fields: { name },
  domainErrors: { name: [InvalidName] },
});
