import { wholeNumber } from '../forms/fields';
import { Form } from '../forms/form';
import { EntryMarked } from './entry-errors';

export const markForm = new Form({
  view: 'entries/entry',
  fields: { mark: wholeNumber({ from: 1, to: 10, missing: 'Give it a mark.' }) },
  domainErrors: { mark: [EntryMarked] },
});
