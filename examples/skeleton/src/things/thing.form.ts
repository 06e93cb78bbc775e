import { line } from '../forms/fields';
import { Form } from '../forms/form';

export const thingForm = new Form({
  view: 'things/new',
  fields: { name: line({ subject: 'A name', most: 100, missing: 'Give it a name.' }) },
});
