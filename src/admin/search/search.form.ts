import { z } from 'zod';
import { Form } from '../../forms/form';

export const searchForm = new Form({
  view: 'admin/search',
  fields: {
    q: z
      .string({ error: 'Enter one text.' })
      .max(254, 'Enter the beginning only: at most 254 characters.')
      .refine((text) => !/\p{Cc}/u.test(text), 'Nothing that can be found has control characters.')
      .transform((text) => text.trim())
      .default(''),
  },
});
