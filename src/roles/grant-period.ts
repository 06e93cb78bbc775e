import type { Grant } from './grant.entity';
import type { Role } from './role.entity';
import { faultOfEnd, parseEnd } from '../config/moments';
import { DomainError } from '../database/errors';
import { faultOfText, normaliseText } from '../text/naming';

/** On which terms a role is given: undefined leaves them as they are; a new grant then has no bounds and no reason. */
export interface Terms {
  from?: Date | null;
  /** The moment at which it ends. */
  until?: Date | null;
  reason?: string | null;
}

type Bounds = Pick<Grant, 'from' | 'until'>;
type Held = Pick<Grant, 'from' | 'until' | 'reason'>;

export class InvalidTerms extends DomainError {}

/** No engine keeps a year of five digits. */
const LAST_YEAR = 9999;

/** @throws InvalidTerms */
export function termsOf({ from, until, reason }: Terms, held: Held | null, now: Date): Held {
  const terms = {
    from: from === undefined ? (held?.from ?? null) : from,
    until: until === undefined ? (held?.until ?? null) : until,
    reason: reason === undefined ? (held?.reason ?? null) : reasonOf(reason),
  };
  if ([terms.from, terms.until].some((moment) => moment && moment.getUTCFullYear() > LAST_YEAR))
    throw new InvalidTerms('That is too far away. A role without an end is given by leaving the end out.');
  const fault = terms.until && faultOfEnd(terms.until, now);
  if (fault) throw new InvalidTerms(fault);
  if (terms.from && terms.until && terms.until <= terms.from)
    throw new InvalidTerms('A role can only end after it has begun.');
  return terms;
}

/** Why something is done, as it is recorded; null without one. @throws InvalidTerms */
export function reasonOf(text: string | null = null): string | null {
  const reason = normaliseText(text ?? '');
  const fault = faultOfText('reason', reason);
  if (fault) throw new InvalidTerms(fault);
  return reason || null;
}

export function haveSameBounds(one: Bounds, other: Bounds): boolean {
  return sameMoment(one.from, other.from) && sameMoment(one.until, other.until);
}

function sameMoment(one: Date | null, other: Date | null): boolean {
  return one?.getTime() === other?.getTime();
}

/** A grant as the record tells of it. */
export function described(role: Role, { from, until }: Bounds): object {
  return { role: role.name, ...(from ? { from } : {}), ...(until ? { until } : {}) };
}

/** A role given until 2027-01-31 is held on that day; "never" is no end. @throws InvalidTerms */
export function parseUntil(text: string): Date | null {
  if (text === 'never') return null;
  const end = parseEnd(text);
  if (end) return end;
  throw new InvalidTerms('Give a date like 2027-01-31, a time like 2027-01-31T18:00, or "never".');
}
