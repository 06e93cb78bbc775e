import { z } from 'zod';
import { MOST_COUNTED } from '../../directory/user-counts.service';
import { ids, lastDay, reason, shownEnd } from '../../forms/fields';
import { Form } from '../../forms/form';
import type { UserChange } from '../../preview/change';

export const userChangeForm = new Form({
  view: 'admin/change/users',
  fields: {
    change: z.enum(['grant', 'change-end', 'revoke', 'activate', 'deactivate', 'delete'], {
      error: 'Choose what to do.',
    }),
    users: ids
      .refine((all) => all.length > 0, 'Choose at least one person.')
      .refine((all) => all.length <= MOST_COUNTED, `Choose at most ${MOST_COUNTED} people at once.`),
    role: z.string({ error: 'Choose one role.' }).default(''),
    until: lastDay,
    reason,
    /** The effect that was shown, and is confirmed. */
    digest: z.string({ error: 'Look at the effect first.' }).default(''),
    shown_until: shownEnd,
    /** The address of the person who is deleted, typed once more. */
    email: z.string({ error: 'Enter one address.' }).default(''),
    /** A search of the list, in place of `users`: the first of those who are found. */
    matching: z.string({ error: 'Send one search.' }).default(''),
    /** Where to go on to. */
    next: z.string({ error: 'Go on to one page.' }).default(''),
  },
});

/** The change that the fields tell of; which of them belong together is checked here. @throws RejectedForm */
export function userChangeOf(sent: Record<string, unknown>) {
  const { change, users, role, until, reason, ...more } = userChangeForm.transform(sent);
  if (change === 'delete' && users.length > 1)
    throw userChangeForm.rejected(sent, { users: 'Delete one person at a time.' });
  if (change === 'change-end' && users.length > 1)
    throw userChangeForm.rejected(sent, { users: 'Change the end date of one person at a time.' });
  if (!isOfRole(change)) return { change: { change, users, reason } as UserChange, ...more };
  if (role === '') throw userChangeForm.rejected(sent, { role: 'Choose a role.' });
  return { change: ofRole(change, { users, role, reason }, until), ...more };
}

export type ChangeOfRole = 'grant' | 'change-end' | 'revoke';

export function isOfRole(change: unknown): change is ChangeOfRole {
  return change === 'grant' || change === 'change-end' || change === 'revoke';
}

function ofRole(
  change: ChangeOfRole,
  of: { users: number[]; role: string; reason: string | null },
  until: Date | null | undefined,
): UserChange {
  if (change === 'revoke') return { change, ...of };
  // Whoever gives a role and enters no end takes none from who holds it already; an end is taken away where it is shown.
  return change === 'grant' ? { change, ...of, until: until ?? undefined } : { change, ...of, until };
}
