import { z } from 'zod';
import { plainText } from '../forms/fields';
import { Form } from '../forms/form';
import { TooManyRequests } from '../requests/request-errors';

export const requestForm = new Form({
  view: 'account/request',
  fields: {
    route: z.string({ error: 'Say what you ask for.' }).max(255).catch(''),
    reason: plainText('Say why you need it.'),
  },
  domainErrors: { reason: [TooManyRequests] },
});
