import { z } from 'zod';
import { Form } from '../../forms/form';
import type { RoleChange } from '../../preview/change';
import { normaliseText } from '../../text/naming';

const text = (error: string) => z.string({ error }).default('').transform(normaliseText);

const permissions = z
  .union([z.string(), z.array(z.string())])
  .default([])
  .transform((sent) => [...new Set([sent].flat().flatMap((names) => names.split(',')))].filter(Boolean));

export const roleChangeForm = new Form({
  view: 'admin/change/roles',
  fields: {
    change: z.enum(['edit', 'delete'], { error: 'Choose what to do.' }),
    role: z.string({ error: 'Choose one role.' }).min(1, 'Choose a role.'),
    /** What an edit calls it; of a deletion, the name typed once more. */
    name: text('Enter one name.'),
    description: text('Enter one description.'),
    permissions,
    /** The version of the role that was edited. */
    base: text('Begin with the role as it is.'),
    /** The effect that was shown, and is confirmed. */
    digest: text('Look at the effect first.'),
  },
});

/** @throws RejectedForm */
export function roleChangeOf(sent: Record<string, unknown>): { change: RoleChange; digest: string; typed: string } {
  const { change, role, digest, ...to } = roleChangeForm.transform(sent);
  return { change: change === 'edit' ? { change, role, to } : { change, role }, digest, typed: to.name };
}
