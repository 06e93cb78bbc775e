import { z } from 'zod';
import { after, knownEmail } from '../../forms/fields';
import { Form } from '../../forms/form';

export const unknownRoute = 'There is no such page or action. Choose one of the list.';

export const routeForm = new Form({
  view: 'admin/access/route',
  fields: {
    route: z.string({ error: unknownRoute }),
    after,
  },
});

/** Without a route: about every one there is. */
export const whyForm = new Form({
  view: 'admin/access/why',
  fields: { email: knownEmail, route: z.string({ error: unknownRoute }).default('') },
});
