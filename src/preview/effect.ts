import type { MapEntry } from '../access/entries';
import { DomainError } from '../database/errors';
import type { RoleStage } from '../roles/role-timeline';
import { AccessDiffs, isEmpty, takes, type AccessTimeline, type AccessDiff, type AccessChange } from './access-diff';
import { EffectDigest, type EarlierEnd } from './effect-digest';
import { EffectiveAccessOfRoles, type RolesById } from './effective-access';
import type { HolderChange } from './holder-changes';
import type { UndoneChange } from './undone-change';

/** What the change did for one of the users it names; an undo keeps what was changed since. */
export interface Outcome {
  user: number;
  result: 'changed' | 'unchanged' | 'refused' | 'kept';
  /** Why, where it is refused or kept. */
  sentence: string;
}

/** A refusal for one of several users changes nothing for the others. @param make says whether it changed anything */
export async function outcomeOf(user: number, make: () => Promise<boolean>): Promise<Outcome> {
  try {
    return { user, result: (await make()) ? 'changed' : 'unchanged', sentence: '' };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { user, result: 'refused', sentence: error.message };
  }
}

/** How many people gain something, and how many lose it. */
export interface Count {
  name: string;
  more: number;
  less: number;
}

/** What a change means for everybody it concerns. */
export interface Effect {
  outcomes: readonly Outcome[];
  /** Whether anything would be saved at all. */
  isChange: boolean;
  roles: readonly HolderChange[];
  /** How many people gain or lose anything. */
  people: number;
  /** How many of them lose something. */
  losing: number;
  permissions: Count[];
  /** Routes that people see as one entry are counted once, by the name of the entry. */
  routes: Count[];
  /** The first of them, by id. */
  first: { user: number; diff: AccessDiff }[];
  /** Different for every other effect, whoever it concerns. */
  digest: string;
  /** That of the effect that was shown with a later end, where it differs from this one by the end alone. */
  digestOfLonger: string | null;
  /** What an undo takes back. */
  undone?: UndoneChange;
}

const SHOWN = 50;

/** What is done, and the state that it overwrites (`baseline`). Both count towards the digest, even if nobody gains or loses anything. */
export interface Made {
  change: object;
  baseline: object | null;
  outcomes: readonly Outcome[];
  isChange: boolean;
  roles: readonly HolderChange[];
  /** Where it was shown with a later end. */
  earlierEnd?: EarlierEnd | null;
}

/** Calculates the effect of a change from what people hold before and after it. People are added in order of their ids. */
export class EffectCalculator {
  private readonly digest: EffectDigest;
  private readonly digestOfLonger: EffectDigest | null;
  private readonly diffs = new AccessDiffs();
  private readonly was: EffectiveAccessOfRoles;
  private readonly is: EffectiveAccessOfRoles;
  /** How many people have each diff. */
  private readonly counts = new Map<AccessDiff, number>();
  private readonly first: Effect['first'] = [];
  private people = 0;
  private losing = 0;

  /** @param carried what the roles carry before the change and after it. */
  constructor(
    private readonly made: Made,
    carried: { before: RolesById; after: RolesById },
    entries: readonly MapEntry[],
  ) {
    this.digest = new EffectDigest(made);
    this.digestOfLonger = made.earlierEnd ? new EffectDigest(made, made.earlierEnd) : null;
    this.was = new EffectiveAccessOfRoles(carried.before, entries);
    this.is = carried.after === carried.before ? this.was : new EffectiveAccessOfRoles(carried.after, entries);
  }

  add(user: number, before: readonly RoleStage[], after: readonly RoleStage[]): void {
    const diff = this.diffs.between(accessTimelineOf(before, this.was), accessTimelineOf(after, this.is));
    if (isEmpty(diff)) return;
    this.people += 1;
    if (takes(diff)) this.losing += 1;
    this.counts.set(diff, (this.counts.get(diff) ?? 0) + 1);
    this.digest.add(user, diff);
    this.digestOfLonger?.add(user, diff);
    if (this.first.length < SHOWN) this.first.push({ user, diff });
  }

  get effect(): Effect {
    const { people, losing, first } = this;
    const { outcomes, isChange, roles } = this.made;
    const [permissions, routes] = [new Counts(), new Counts()];
    for (const [{ gains, loses, opens, closes }, count] of this.counts) {
      permissions.add(count, gains, loses);
      routes.add(count, opens, closes);
    }
    return {
      outcomes,
      isChange,
      roles,
      people,
      losing,
      permissions: permissions.all,
      routes: routes.all,
      first,
      digest: this.digest.text,
      digestOfLonger: this.digestOfLonger?.text ?? null,
    };
  }
}

function accessTimelineOf(stages: readonly RoleStage[], effectiveAccess: EffectiveAccessOfRoles): AccessTimeline {
  return stages.map(({ from, roles }) => ({ from, access: effectiveAccess.of(roles) }));
}

class Counts {
  private readonly byName = new Map<string, Count>();

  add(people: number, more: readonly AccessChange[], less: readonly AccessChange[]): void {
    for (const { name } of more) this.of(name).more += people;
    for (const { name } of less) this.of(name).less += people;
  }

  get all(): Count[] {
    return [...this.byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  private of(name: string): Count {
    const count = this.byName.get(name) ?? { name, more: 0, less: 0 };
    this.byName.set(name, count);
    return count;
  }
}
