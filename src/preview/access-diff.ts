import { permissionNames } from '../access/catalogue';
import { noAccess, type EffectiveAccess } from './effective-access';

/** `from` null: from now on; `until` null: without an end. */
export interface Span {
  from: Date | null;
  until: Date | null;
}

/** A permission or a route that somebody gains or loses, and when. */
export interface AccessChange {
  name: string;
  spans: Span[];
}

const kinds = ['gains', 'loses', 'opens', 'closes'] as const;

/** What a change means for one person: the permissions they gain and lose, and the routes that open and close. */
export type AccessDiff = Record<(typeof kinds)[number], readonly AccessChange[]>;

/**
 * What somebody may do from now on: what holds from each moment, in milliseconds since 1970, until the next.
 * The first begins now. It is empty for people who can't sign in.
 */
export type AccessTimeline = readonly { from: number; access: EffectiveAccess }[];

/** Compares what people may do before a change and after it. */
export class AccessDiffs {
  private readonly known = new Map<EffectiveAccess, Map<EffectiveAccess, AccessDiff>>();

  /** The same object for the same two, if neither changes with time. */
  between(before: AccessTimeline, after: AccessTimeline): AccessDiff {
    const [was, is] = [before[0], after[0]];
    if (was && is && before.length === 1 && after.length === 1) return this.diffOf(was.access, is.access);
    const starts = [...new Set([...before, ...after].map(({ from }) => from))].sort((a, b) => a - b);
    const steps = starts.map((start) => this.diffOf(accessAt(before, start), accessAt(after, start)));
    return joined(steps, starts);
  }

  private diffOf(before: EffectiveAccess, after: EffectiveAccess): AccessDiff {
    const ofBefore = this.known.get(before) ?? new Map<EffectiveAccess, AccessDiff>();
    const diff = ofBefore.get(after) ?? compare(before, after);
    this.known.set(before, ofBefore.set(after, diff));
    return diff;
  }
}

export function isEmpty(diff: AccessDiff): boolean {
  return kinds.every((kind) => diff[kind].length === 0);
}

/** What is said of it in a sentence: pages only of somebody who has all permissions already. */
export function gainedIn({ gains, opens }: AccessDiff): readonly AccessChange[] {
  return gains.length > 0 ? gains : opens;
}

/** The same of what is lost. */
export function lostIn({ loses, closes }: AccessDiff): readonly AccessChange[] {
  return loses.length > 0 ? loses : closes;
}

/** Whether whose it is loses a permission or a page. */
export function takes(diff: AccessDiff): boolean {
  return lostIn(diff).length > 0;
}

function accessAt(timeline: AccessTimeline, moment: number): EffectiveAccess {
  return timeline.filter(({ from }) => from <= moment).at(-1)?.access ?? noAccess;
}

function compare(before: EffectiveAccess, after: EffectiveAccess): AccessDiff {
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

/** The diffs of successive spans of time, each from its start on, as one. */
function joined(steps: readonly AccessDiff[], starts: readonly number[]): AccessDiff {
  const [gains, loses, opens, closes] = kinds.map((kind) => {
    const spans = new Map<string, Span[]>();
    steps.forEach((step, i) => {
      for (const { name } of step[kind]) spans.set(name, extended(spans.get(name) ?? [], i, starts));
    });
    return [...spans].map(([name, spans]) => ({ name, spans }));
  });
  return { gains: gains ?? [], loses: loses ?? [], opens: opens ?? [], closes: closes ?? [] };
}

/** The spans and the one that begins at `starts[i]`, joined with the last where that one ends there. */
function extended(spans: Span[], i: number, starts: readonly number[]): Span[] {
  const momentOf = (index: number) => (starts[index] === undefined ? null : new Date(starts[index]));
  const last = spans.at(-1);
  const until = momentOf(i + 1);
  if (i > 0 && last?.until?.getTime() === starts[i]) last!.until = until;
  else spans.push({ from: i === 0 ? null : momentOf(i), until });
  return spans;
}
