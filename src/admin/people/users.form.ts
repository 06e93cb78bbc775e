import { z } from 'zod';
import { parseRowId } from '../../config/row-id';
import { directoryOrders, type DirectoryOrder } from '../../directory/directory-plan';
import { optional, searchText } from '../../forms/fields';
import { Form } from '../../forms/form';

export const noSuchPage = 'There is no such page of the list.';

const wordsOf: Record<DirectoryOrder, string> = {
  newest: 'newest first',
  oldest: 'oldest first',
  address: 'address, A to Z',
  'address-down': 'address, Z to A',
  'last-sign-in': 'latest sign-in first',
  'longest-away': 'longest away first',
};

const search = searchText('Enter one text.', 'Names and addresses have no control characters.').default('');

/** Of the account or its address. */
const states = ['active', 'not active', 'not confirmed'] as const;
const state = optional(z.enum(states, { error: 'Choose one of the states.' }));

const wholeDays = 'Enter a number of days, from 1 to 9999.';
const days = optional(
  z
    .string({ error: wholeDays })
    .regex(/^[1-9]\d{0,3}$/, wholeDays)
    .transform(Number),
);

const sort = optional(z.enum(directoryOrders, { error: 'Choose one of the orders.' })).transform(
  (order) => order ?? 'newest',
);

/** Whose boxes are ticked: these; what is no number of a row is nobody. */
const users = z
  .unknown()
  .optional()
  .transform((sent) => (typeof sent === 'string' ? sent.split(',').flatMap((text) => parseRowId(text) ?? []) : []));

/** Beside them, everybody on the page, or everybody who is searched for. */
const tick = z.enum(['page', 'matching']).optional().catch(undefined);

/** What somebody has typed for a change that they then left: it is judged where it is made. */
const typed = z.string().max(300).default('').catch('');

/** Which people are listed, and from where on. It is asked for in the address, so that it can be kept and passed on. */
export const usersForm = new Form({
  view: 'admin/users/index',
  fields: {
    search,
    role: z.string({ error: 'Choose one role.' }).default(''),
    state,
    /** For so many days nobody of them has signed in. */
    away: days,
    sort,
    after: z.string({ error: noSuchPage }).optional(),
    users,
    tick,
    give: typed,
    until: typed,
    reason: typed,
  },
  offers: {
    states,
    orders: directoryOrders.map((value) => ({ value, words: wordsOf[value] })),
  },
});

export type UsersQuery = ReturnType<typeof usersForm.transform>;
