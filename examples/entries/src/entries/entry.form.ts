import { choicesOf, optionalDay, line, oneOf, paragraph, tick } from '../forms/fields';
import { Form } from '../forms/form';
import { kinds } from './entry.entity';

export const entryForm = new Form({
  view: 'entries/new',
  fields: {
    title: line({ subject: 'A title', most: 100, missing: 'Give it a title.' }),
    kind: oneOf(kinds, 'Choose what it is.'),
    description: paragraph({ subject: 'A description', most: 2000, missing: 'Describe it.' }),
    needsPiano: tick,
    wantedOn: optionalDay,
  },
  offers: { kinds: choicesOf(kinds) },
});
