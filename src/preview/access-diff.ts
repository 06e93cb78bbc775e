import { permissionNames } from '../access/catalogue';
import { noReach, type Reach } from './effective-access';

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

const kinds = ['gains', 'loses', 'opens', 'closes'] as const;

/** What a change means for one person: the permissions they gain and lose, and the routes that open and close. */
export type Difference = Record<(typeof kinds)[number], readonly Shift[]>;

/**
 * What somebody may do from now on and for ever: each reach from a moment on, in milliseconds since 1970, until the next.
 * The first is that of now; there is none for who can't sign in.
 */
export type Course = readonly { from: number; reach: Reach }[];

/** Compares what people may do before a change and after it. */
export class Differences {
  private readonly known = new Map<Reach, Map<Reach, Difference>>();

  /** The same object for the same two reaches that never change. */
  between(before: Course, after: Course): Difference {
    const [was, is] = [before[0], after[0]];
    if (was && is && before.length === 1 && after.length === 1) return this.ofReaches(was.reach, is.reach);
    const starts = [...new Set([...before, ...after].map(({ from }) => from))].sort((a, b) => a - b);
    const steps = starts.map((start) => this.ofReaches(reachAt(before, start), reachAt(after, start)));
    return joined(steps, starts);
  }

  private ofReaches(before: Reach, after: Reach): Difference {
    const ofBefore = this.known.get(before) ?? new Map<Reach, Difference>();
    const difference = ofBefore.get(after) ?? differenceOf(before, after);
    this.known.set(before, ofBefore.set(after, difference));
    return difference;
  }
}

export function isNone(difference: Difference): boolean {
  return kinds.every((kind) => difference[kind].length === 0);
}

function reachAt(course: Course, moment: number): Reach {
  return course.filter(({ from }) => from <= moment).at(-1)?.reach ?? noReach;
}

function differenceOf(before: Reach, after: Reach): Difference {
  const always = (names: Iterable<string>) =>
    [...names].map((name) => ({ name, spans: [{ from: null, until: null }] }));
  const onlyIn = (one: ReadonlySet<string>, other: ReadonlySet<string>) => [...one].filter((name) => !other.has(name));
  return {
    gains: always(onlyIn(after.permissions, before.permissions).sort(asInCatalogue)),
    loses: always(onlyIn(before.permissions, after.permissions).sort(asInCatalogue)),
    opens: always(onlyIn(after.routes, before.routes)),
    closes: always(onlyIn(before.routes, after.routes)),
  };
}

function asInCatalogue(one: string, other: string): number {
  const names: readonly string[] = permissionNames();
  return names.indexOf(one) - names.indexOf(other);
}

/** The differences of successive times, each of which begins at its start, as one. */
function joined(steps: readonly Difference[], starts: readonly number[]): Difference {
  const [gains, loses, opens, closes] = kinds.map((kind) => {
    const spans = new Map<string, Span[]>();
    steps.forEach((step, i) => {
      for (const { name } of step[kind]) spans.set(name, extended(spans.get(name) ?? [], i, starts));
    });
    return [...spans].map(([name, spans]) => ({ name, spans }));
  });
  return { gains: gains ?? [], loses: loses ?? [], opens: opens ?? [], closes: closes ?? [] };
}

/** The spans and the time behind `starts[i]`; where the last one reaches up to it, they are one. */
function extended(spans: Span[], i: number, starts: readonly number[]): Span[] {
  const momentOf = (index: number) => (starts[index] === undefined ? null : new Date(starts[index]));
  const last = spans.at(-1);
  const until = momentOf(i + 1);
  if (i > 0 && last?.until?.getTime() === starts[i]) last!.until = until;
  else spans.push({ from: i === 0 ? null : momentOf(i), until });
  return spans;
}
