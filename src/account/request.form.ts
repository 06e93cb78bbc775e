import { z } from 'zod';
import { plainText } from '../forms/fields';
import { Form } from '../forms/form';

export const requestForm = new Form(
  'account/request',
  {
    route: z.string({ error: 'Say what you ask for.' }).max(255).catch(''),
    reason: plainText('Say why you need it.'),
  },
  [],
);
