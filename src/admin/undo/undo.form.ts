import { z } from 'zod';
import { next, reason } from '../../forms/fields';
import { Form } from '../../forms/form';
import type { Undo } from '../../preview/change';

const fields = {
  change: z.literal('undo', { error: 'Choose what to do.' }),
  /** The request by which the change was confirmed. */
  of: z.string({ error: 'Choose one change.' }).min(1, 'Choose a change.').max(36, 'There is no such change.'),
  reason,
  /** The effect that was shown, and is confirmed. */
  digest: z.string({ error: 'Look at the effect first.' }).default(''),
  next,
};

/** An undo is shown and confirmed where the change was. */
export const undoForms = {
  users: new Form({ view: 'admin/change/users', fields }),
  roles: new Form({ view: 'admin/change/roles', fields }),
};

export function isUndo({ change }: Record<string, unknown>): boolean {
  return change === 'undo';
}

/** @throws RejectedForm */
export function undoOf(what: Undo['what'], sent: unknown): { undo: Undo; digest: string; next: string } {
  const { change, of, reason, digest, next } = undoForms[what].transform(sent);
  return { undo: what === 'users' ? { change, of, what, reason } : { change, of, what }, digest, next };
}
