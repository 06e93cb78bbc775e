import { z } from 'zod';
import { meaningOf, permissionNames } from '../../access/catalogue';
import type { Principal } from '../../access/principal';
import { tell } from '../../forms/fields';
import { Form } from '../../forms/form';
import { BeyondAuthority, missingOf } from '../../roles/authority';
import { InvalidRoleName, RoleExists, UnknownPermission } from '../../roles/role-errors';
import { faultOfText, normaliseText } from '../../text/naming';
import { faultOfRoleName } from '../../text/role-name';

export const roleForm = new Form({
  view: 'admin/roles/new',
  fields: {
    name: z
      .string({ error: 'Enter one name.' })
      .transform(normaliseText)
      .superRefine((text, context) => tell(faultOfRoleName(text), context)),
    description: z
      .string({ error: 'Enter one description.' })
      .default('')
      .transform(normaliseText)
      .superRefine((text, context) => tell(faultOfText('description', text), context)),
    permissions: z
      .union([z.array(z.string()), z.string().transform((one) => [one])], { error: 'Tick the boxes you want.' })
      .default([]),
  },
  domainErrors: {
    name: [RoleExists, InvalidRoleName],
    permissions: [UnknownPermission, BeyondAuthority],
  },
});

/** The catalogue as boxes to tick. What somebody can't pass on is unticked, can't be ticked, and says why. */
export function boxesFor(
  principal: Principal | null,
  { permissions: ticked, obsolete = [] }: { permissions: readonly string[]; obsolete?: readonly string[] },
  now: Date,
) {
  const boxes = permissionNames().map((name) => {
    const because = whyNot(principal, name, now);
    return {
      name,
      meaning: meaningOf(name),
      isTicked: !because && ticked.includes(name),
      because,
    };
  });
  // What counts for nothing can be kept or taken out by anybody who may edit the role.
  return [...boxes, ...obsolete.map((name) => ({ name, meaning: leftTheCatalogue, isTicked: true, because: null }))];
}

export const leftTheCatalogue = 'No longer in the catalogue. Opens nothing any more';

/** A role is for anybody and for ever: why somebody can't put this permission into one; null where they can. */
function whyNot(principal: Principal | null, permission: string, now: Date): string | null {
  const power = { role: '', permissions: [permission], until: null };
  if (principal && missingOf(principal, power, now).length === 0) return null;
  return principal?.grantOfPermission(permission, now)
    ? "You hold this for a time only, so you can't put it into a role."
    : "You don't hold this yourself.";
}
