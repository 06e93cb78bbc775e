import { z } from 'zod';
import { auditActions, isAuditAction, titleOfAction } from '../../audit/describe-event';
import { parseRowId } from '../../config/row-id';
import { isDay } from '../../forms/fields';
import { Form } from '../../forms/form';
import { isEmailAddress, typedEmail } from '../../text/email-address';

const DAY = 24 * 60 * 60_000;

const emptyIsNothing = (value: unknown) => (value === '' ? undefined : value);

const person = z
  .preprocess(
    emptyIsNothing,
    z
      .string({ error: 'Enter one person.' })
      .trim()
      .transform((text) => parseRowId(text) ?? typedEmail(text))
      .refine((it) => typeof it === 'number' || isEmailAddress(it), 'Enter an e-mail address, or the number of a user.')
      .optional(),
  )
  .optional();

const oneAction = 'Choose one of the actions.';

const action = z
  .preprocess(emptyIsNothing, z.string({ error: oneAction }).refine(isAuditAction, oneAction).optional())
  .optional();

/** A day in UTC. */
const day = z
  .preprocess(
    emptyIsNothing,
    z
      .string({ error: 'Enter one day.' })
      .refine(isDay, 'Enter a day, like 2026-07-31.')
      .transform((text) => new Date(text))
      .optional(),
  )
  .optional();

const noSuchPage = 'There is no such page of the log. Begin again with the newest events.';

/** The number of the event that a page ends before. */
const before = z
  .preprocess(
    emptyIsNothing,
    z
      .string({ error: noSuchPage })
      .transform((text) => parseRowId(text) ?? 0)
      .refine((sequence) => sequence > 0, noSuchPage)
      .optional(),
  )
  .optional();

const format = z.enum(['csv', 'jsonl'], { error: 'Choose csv or jsonl.' }).default('csv');

const filter = { person, action, from: day, to: day };

const offers = {
  get actions() {
    return auditActions().map((value) => ({ value, words: titleOfAction(value) }));
  },
};

/** Which events are shown. It is asked for in the address, so that it can be kept and passed on. */
export const auditForm = new Form({ view: 'admin/audit', fields: { ...filter, before }, offers });
export const auditExportForm = new Form({ view: 'admin/audit', fields: { ...filter, format }, offers });

export type AuditQuery = ReturnType<typeof auditForm.transform>;

/** The moment after the last day. */
export function endOf(to: Date | undefined): Date | undefined {
  return to && new Date(to.getTime() + DAY);
}
