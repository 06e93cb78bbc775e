import { cursor } from '../forms/fields';
import { Form } from '../forms/form';

/** The id of the last notice of the page before; what is none begins with the newest. */
export const activityForm = new Form({ view: 'account/activity', fields: { before: cursor } });
