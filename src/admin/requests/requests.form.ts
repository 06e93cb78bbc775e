import { z } from 'zod';
import { cursor, lastDay, plainText, shownEnd } from '../../forms/fields';
import { Form } from '../../forms/form';
import { requestStates } from '../../requests/access-request.entity';

/** Which requests are shown; what is none begins with those that wait longest. */
export const requestsForm = new Form({
  view: 'admin/requests/index',
  fields: {
    state: z.enum(requestStates).catch('open'),
    after: cursor,
  },
});

/** What the button that was pressed asks for. */
export const decisionForm = new Form({
  view: 'admin/requests/show',
  fields: { decision: z.enum(['approve', 'decline'], { error: 'Choose whether to approve or to decline.' }) },
});

/** The role and its end date, first shown, then approved. Without a role, the first suggestion is taken. */
export const approvalForm = new Form({
  view: 'admin/requests/show',
  fields: {
    role: z.string({ error: 'Choose one role.' }).default(''),
    until: lastDay,
    digest: z.string().default(''),
    shown_until: shownEnd,
  },
});

export const declineForm = new Form({
  view: 'admin/requests/show',
  fields: { answer: plainText('Say why, in a word.') },
});
