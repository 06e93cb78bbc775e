import { z } from 'zod';
import { fieldsIn } from '../audit/describe-event';
import type { Grant } from './grant.entity';
import type { Role } from './role.entity';

/** All of a grant but whose it is, and of which role. */
export type GrantContent = Pick<Grant, 'from' | 'until' | 'reason' | 'grantedBy' | 'grantedAt'>;

interface Recorded {
  role: string;
  roleId: number;
  content: GrantContent;
  /** Of one that had ended, in whose place this one was given. */
  ended: GrantContent | null;
}

/** A grant as the record tells of it; within `grant`, what it takes to make it again. */
export function describeGrant(
  { id, name }: Pick<Role, 'id' | 'name'>,
  { from, until, reason, grantedBy, grantedAt }: GrantContent,
  ended: GrantContent | null = null,
): object {
  return {
    role: name,
    ...(from ? { from } : {}),
    ...(until ? { until } : {}),
    grant: { roleId: id, reason, grantedBy, grantedAt, ...(ended ? { ended: contentOf(ended) } : {}) },
  };
}

const moment = z.iso.datetime().transform((text) => new Date(text));
const optionalMoment = moment.nullish().transform((it) => it ?? null);
const period = { from: optionalMoment, until: optionalMoment };
const origin = { reason: z.string().nullable(), grantedBy: z.int().nullable(), grantedAt: moment };
const recorded = z.object({
  role: z.string(),
  ...period,
  grant: z.object({ roleId: z.int(), ...origin, ended: z.object({ ...period, ...origin }).optional() }),
});

/** What `describeGrant` has recorded; null for anything else, such as what earlier versions did. */
export function recordedGrant(json: string | null): Recorded | null {
  const { data } = recorded.safeParse(fieldsIn(json));
  if (!data) return null;
  const { role, from, until, grant } = data;
  const { roleId, ended = null, ...origin } = grant;
  return { role, roleId, content: { from, until, ...origin }, ended };
}

function contentOf({ from, until, reason, grantedBy, grantedAt }: GrantContent): GrantContent {
  return { from, until, reason, grantedBy, grantedAt };
}
