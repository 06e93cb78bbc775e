import { z } from 'zod';
import { kindGroups, kindsCalled } from '../../audit/sign-in-words';
import type { SignInCursor } from '../../audit/sign-in-log.service';
import { optional } from '../../forms/fields';
import { Form } from '../../forms/form';
import { firstDay, lastDay, person } from '../audit/filter-fields';

const oneKind = 'Choose one of the list.';
const noSuchPage = 'There is no such page of the list. Begin again with the latest.';

/** As the page before ended: the moment, and the row. */
function parseCursor(text: string): SignInCursor | null {
  const [, lastAt, id] = /^(\d{1,15})-([0-9a-f]{1,64})$/.exec(text) ?? [];
  return lastAt && id ? { lastAt: Number(lastAt), id } : null;
}

export function cursorOf({ lastAt, id }: SignInCursor): string {
  return `${lastAt}-${id}`;
}

/** Which sign-ins, failures and refusals are shown. */
export const activityForm = new Form({
  view: 'admin/activity',
  fields: {
    person,
    network: optional(z.string({ error: 'Enter one network address.' }).trim().max(45, 'Enter one network address.')),
    kind: optional(z.string({ error: oneKind }).refine((name) => kindsCalled(name) !== null, oneKind)),
    from: firstDay,
    to: lastDay,
    after: optional(
      z
        .string({ error: noSuchPage })
        .transform(parseCursor)
        .refine((cursor) => cursor !== null, noSuchPage),
    ),
  },
  offers: { groups: kindGroups },
});

export type ActivityQuery = ReturnType<typeof activityForm.transform>;
