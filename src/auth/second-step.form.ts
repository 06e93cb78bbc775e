import { z } from 'zod';
import { Form } from '../forms/form';

export const secondStepForm = new Form({
  view: 'auth/two-factor',
  fields: {
    code: z.string({ error: 'Enter the code.' }).trim().min(1, 'Enter the code.').max(64, 'No code is so long.'),
  },
  secrets: ['code'],
});
