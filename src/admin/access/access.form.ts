import { z } from 'zod';
import { after, knownEmail, searchText } from '../../forms/fields';
import { Form } from '../../forms/form';

/** So many roles stand beside one another on a laptop's screen and on a sheet of paper. */
export const MOST_COLUMNS = 15;

const page = searchText('Enter one page or action.').default('');
export const unknownRoute = 'There is no such page or action. Search by a word of what it is called.';
const route = z.string({ error: unknownRoute }).default('');

/** Which roles the map has as columns, by their names; none: the first ones. */
export const mapForm = new Form({
  view: 'admin/access/index',
  fields: {
    role: z
      .union([z.array(z.string()), z.string().transform((one) => [one])], { error: 'Choose roles of the list.' })
      .default([])
      .refine((names) => names.length <= MOST_COLUMNS, `Choose at most ${MOST_COLUMNS} roles at a time.`),
    unfold: z.literal('all', { error: 'Unfold all areas, or none.' }).optional(),
  },
});

export const routeForm = new Form({
  view: 'admin/access/route',
  fields: { route, page, after },
});

/** Whom and what, each by words, or exactly: a person by their address, a page or an action by the name of a route. */
export const whyForm = new Form({
  view: 'admin/access/why',
  fields: {
    person: searchText('Enter one person.').default(''),
    email: knownEmail.optional(),
    page,
    route,
  },
});

export type Question = ReturnType<typeof whyForm.transform>;
