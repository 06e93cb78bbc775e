import { z } from 'zod';
import { after, knownEmail } from '../forms/fields';
import { Form } from '../forms/form';

export const unknownRoute = 'There is no such route. Choose one of the list.';

export const routeForm = new Form(
  'admin/access/route',
  {
    route: z.string({ error: unknownRoute }),
    after,
  },
  [],
);

/** Without a route: about every one there is. */
export const whyForm = new Form(
  'admin/access/why',
  { email: knownEmail, route: z.string({ error: unknownRoute }).default('') },
  [],
);
