import { line } from '../forms/fields';
import { Form } from '../forms/form';

export const foundThingForm = new Form({
  view: 'found-things/new',
  fields: { name: line({ subject: 'A name', most: 100, missing: 'Give it a name.' }) },
});
