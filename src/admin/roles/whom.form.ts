import { searchText } from '../../forms/fields';
import { Form } from '../../forms/form';

/** Who is looked for on the page of a role, to be given it. */
export const whomForm = new Form({
  view: 'admin/roles/role',
  fields: { person: searchText('Enter one name or address.').default('') },
});
