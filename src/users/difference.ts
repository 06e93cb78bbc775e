import type { Route } from '../access/access-map';
import { permissionNames } from '../access/catalogue';
import { decide } from '../access/decide';
import { type Holdings } from '../access/holdings';

/** From when until when; `null`: from now, and without an end. */
export interface Span {
  from: Date | null;
  until: Date | null;
}

/** Something that somebody comes to have, or no longer has, and when. */
export interface Shift {
  name: string;
  spans: Span[];
}

/** What a change means for one person: the permissions, and the routes like `GET /admin`. */
export interface Difference {
  gains: Shift[];
  loses: Shift[];
  opens: Shift[];
  closes: Shift[];
}

/**
 * What somebody may do after a change and not before it, and the other way round, from now on and for ever: every
 * moment at which a grant begins or ends is looked at. Who can't sign in holds nothing: `null`.
 */
export function differenceOf(
  before: Holdings | null,
  after: Holdings | null,
  now: Date,
  routes: readonly Route[],
): Difference {
  const moments = momentsOf([before, after], now);
  const shifts = (names: readonly string[], has: (holdings: Holdings, name: string, moment: Date) => boolean) => {
    const timeline = (holdings: Holdings | null, name: string) =>
      moments.map((moment) => holdings !== null && has(holdings, name, moment));
    const compared = names.map((name) => ({ name, was: timeline(before, name), is: timeline(after, name) }));
    return {
      more: compared.flatMap(({ name, was, is }) => shiftOf(name, moments, (i) => !was[i] && is[i])),
      less: compared.flatMap(({ name, was, is }) => shiftOf(name, moments, (i) => was[i] && !is[i])),
    };
  };
  const rules = new Map(routes.map((route) => [`${route.method} ${route.path}`, route.rule]));
  const permissions = shifts(permissionNames, (holdings, name, moment) =>
    Boolean(holdings.grantOfPermission(name, moment)),
  );
  const pages = shifts([...rules.keys()], (holdings, name, moment) => {
    const rule = rules.get(name);
    return rule?.kind === 'all-of' && decide(rule, holdings, moment).allowed;
  });
  return { gains: permissions.more, loses: permissions.less, opens: pages.more, closes: pages.less };
}

export function isNone({ gains, loses, opens, closes }: Difference): boolean {
  return gains.length + loses.length + opens.length + closes.length === 0;
}

/** Now, and whatever later moment something begins or ends at, in their order. */
function momentsOf(holdings: readonly (Holdings | null)[], now: Date): Date[] {
  const bounds = holdings.flatMap((one) => one?.held ?? []).flatMap(({ from, until }) => [from, until]);
  const later = bounds.map((bound) => bound?.getTime() ?? 0).filter((time) => time > now.getTime());
  return [now.getTime(), ...new Set(later)].sort((a, b) => a - b).map((time) => new Date(time));
}

/** The shift over those of the intervals between the moments that are meant; none where none is. */
function shiftOf(name: string, moments: readonly Date[], isMeant: (i: number) => boolean | undefined): Shift[] {
  const spans: Span[] = [];
  moments.forEach((moment, i) => {
    if (!isMeant(i)) return;
    const until = moments[i + 1] ?? null;
    const last = spans.at(-1);
    if (last && i > 0 && isMeant(i - 1)) last.until = until;
    else spans.push({ from: i === 0 ? null : moment, until });
  });
  return spans.length > 0 ? [{ name, spans }] : [];
}
