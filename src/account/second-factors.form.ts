import { z } from 'zod';
import { AppSetUpAlready, WrongFirstCode } from '../factors/factor-errors';
import { Form } from '../forms/form';

/** The first code of an app that is being set up. */
export const secondFactorsForm = new Form({
  view: 'account/two-factor',
  fields: {
    code: z
      .string({ error: 'Enter the code that your app shows.' })
      .transform((text) => text.replace(/\s/g, ''))
      .refine((code) => /^\d{6}$/.test(code), 'Enter the six digits that your app shows.'),
  },
  secrets: ['code'],
  domainErrors: { code: [WrongFirstCode], form: [AppSetUpAlready] },
});
