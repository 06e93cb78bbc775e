import { faultOfEnd, parseEnd } from '../config/moments';
import { DomainError } from '../database/errors';
import { faultOfText, normaliseText } from '../text/naming';
import type { Grant } from './grant.entity';

/** From when until when a role is given, and why. What is undefined stays as it is; a new grant then has no bounds and no reason. */
export interface GrantPeriod {
  from?: Date | null;
  /** The moment at which it ends. */
  until?: Date | null;
  reason?: string | null;
}

type Bounds = Pick<Grant, 'from' | 'until'>;
type RecordedPeriod = Pick<Grant, 'from' | 'until' | 'reason'>;

export class InvalidGrantPeriod extends DomainError {}

/** No engine keeps a year of five digits. */
const LAST_YEAR = 9999;

/** @throws InvalidGrantPeriod */
export function grantPeriodOf(
  { from, until, reason }: GrantPeriod,
  held: RecordedPeriod | null,
  now: Date,
): RecordedPeriod {
  const period = {
    from: from === undefined ? (held?.from ?? null) : from,
    until: until === undefined ? (held?.until ?? null) : until,
    reason: reason === undefined ? (held?.reason ?? null) : reasonOf(reason),
  };
  if ([period.from, period.until].some((moment) => moment && moment.getUTCFullYear() > LAST_YEAR))
    throw new InvalidGrantPeriod('That is too far away. A role without an end is given by leaving the end out.');
  const fault = period.until && faultOfEnd(period.until, now);
  if (fault) throw new InvalidGrantPeriod(fault);
  if (period.from && period.until && period.until <= period.from)
    throw new InvalidGrantPeriod('A role can only end after it has begun.');
  return period;
}

/** Why something is done, as it is recorded; null without one. @throws InvalidGrantPeriod */
export function reasonOf(text: string | null = null): string | null {
  const reason = normaliseText(text ?? '');
  const fault = faultOfText('reason', reason);
  if (fault) throw new InvalidGrantPeriod(fault);
  return reason || null;
}

export function haveSamePeriod(one: Bounds, other: Bounds): boolean {
  return sameMoment(one.from, other.from) && sameMoment(one.until, other.until);
}

function sameMoment(one: Date | null, other: Date | null): boolean {
  return one?.getTime() === other?.getTime();
}

/** A role given until 2027-01-31 is held on that day; "never" is no end. @throws InvalidGrantPeriod */
export function parseUntil(text: string): Date | null {
  if (text === 'never') return null;
  const end = parseEnd(text);
  if (end) return end;
  throw new InvalidGrantPeriod('Give a date like 2027-01-31, a time like 2027-01-31T18:00, or "never".');
}
