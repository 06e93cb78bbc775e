import { cursor } from '../forms/fields';
import { Form } from '../forms/form';

/** Which page of the list. */
export const entriesForm = new Form({ view: 'entries/index', fields: { before: cursor } });
