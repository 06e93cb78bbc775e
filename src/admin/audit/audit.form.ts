import { z } from 'zod';
import type { AuditFilter } from '../../audit/audit-log.service';
import { auditKinds, isAuditAction, titleOfAction } from '../../audit/describe-event';
import { parseRowId } from '../../config/row-id';
import { optional } from '../../forms/fields';
import { Form } from '../../forms/form';
import { firstDay, lastDay, person } from './filter-fields';

const oneAction = 'Choose one of the actions.';
const kindNamed = (text: string) => auditKinds().find(({ kind }) => kind === text);

/** An action by its name, or all that are about one thing: "role.create", "role". */
const action = optional(
  z
    .string({ error: oneAction })
    .refine((text) => isAuditAction(text) || kindNamed(text), oneAction)
    .transform((text) => {
      if (isAuditAction(text)) return { words: titleOfAction(text), actions: [text] };
      const { title = '', actions = [] } = kindNamed(text) ?? {};
      return { words: allAbout(title), actions };
    }),
);

function allAbout(title: string): string {
  return `All about ${title.toLowerCase()}`;
}

const noSuchPage = 'There is no such page of the audit log. Begin again with the newest events.';

/** The number of the event that a page ends before. */
const before = optional(
  z
    .string({ error: noSuchPage })
    .transform((text) => parseRowId(text) ?? 0)
    .refine((sequence) => sequence > 0, noSuchPage),
);

/** What somebody has to do with a change; either, where nothing is said. */
const sides = ['by them', 'to them'] as const;
const side = optional(z.enum(sides, { error: 'Choose one of these.' }));

const format = z.enum(['csv', 'jsonl'], { error: 'Choose csv or jsonl.' }).default('csv');

const filter = {
  person,
  side,
  /** By its name. */
  role: optional(z.string({ error: 'Choose one role.' })),
  action,
  from: firstDay,
  to: lastDay,
};

const offers = {
  sides,
  get kinds() {
    return auditKinds().map(({ kind, title, actions }) => ({
      title,
      actions: [
        { value: kind, words: allAbout(title) },
        ...actions.map((value) => ({ value, words: titleOfAction(value) })),
      ],
    }));
  },
};

/** Which events are shown. It is asked for in the address, so that it can be kept and passed on. */
export const auditForm = new Form({ view: 'admin/audit', fields: { ...filter, before }, offers });
export const auditExportForm = new Form({ view: 'admin/audit', fields: { ...filter, format }, offers });

/** The part of a filter that is about somebody. */
export function aboutPerson(
  id: number | undefined,
  side: AuditQuery['side'],
): Pick<AuditFilter, 'person' | 'actor' | 'subject'> {
  if (id === undefined || side === undefined) return { person: id };
  return { [side === 'by them' ? 'actor' : 'subject']: `user ${id}` };
}

export type AuditQuery = ReturnType<typeof auditForm.transform>;
