import { searchText } from '../../forms/fields';
import { Form } from '../../forms/form';

export const searchForm = new Form({
  view: 'admin/search',
  fields: { q: searchText('Enter one text.').default('') },
});
