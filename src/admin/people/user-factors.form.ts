import { z } from 'zod';
import { NoSecondFactor, OwnSecondFactors } from '../../factors/factor-errors';
import { isTicked } from '../../forms/fields';
import { Form } from '../../forms/form';

/** Whoever is taken in by a stranger gives the account away, so the page asks first whether they are sure who it is. */
export const userFactorsForm = new Form({
  view: 'admin/users/reset-factors',
  fields: {
    sure: z
      .string({ error: 'Tick the box once you are sure who is asking.' })
      .refine(isTicked, 'Tick the box once you are sure who is asking.'),
  },
  domainErrors: { form: [NoSecondFactor, OwnSecondFactors] },
});
