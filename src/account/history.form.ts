import { cursor } from '../forms/fields';
import { Form } from '../forms/form';

/** The number of the event that a page ends before; what is none begins with the newest. */
export const historyForm = new Form({ view: 'account/history', fields: { before: cursor } });
