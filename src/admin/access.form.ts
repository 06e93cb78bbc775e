import { z } from 'zod';
import { email } from '../forms/fields';
import { Form } from '../forms/form';

export const unknownRoute = 'There is no such route. Choose one of the list.';

export const routeForm = new Form(
  'admin/access/route',
  {
    route: z.string({ error: unknownRoute }),
    /** The id of the last person on the page before; what is none begins with the first. */
    after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).catch(0),
  },
  [],
);

/** Without a route: about every one there is. */
export const whyForm = new Form(
  'admin/access/why',
  { email, route: z.string({ error: unknownRoute }).default('') },
  [],
);
