import { createHash } from 'node:crypto';
import type { MapEntry } from '../access/entries';
import { Differences, isNone, type Course, type Difference, type Shift } from './access-diff';
import { Reaches, type CarriedByRole } from './effective-access';
import type { Stage } from '../roles/role-timeline';
import type { RoleShift } from './role-shifts';

/** What became of the change for one of the users it names. */
export interface Outcome {
  user: number;
  result: 'changed' | 'unchanged' | 'refused';
  /** Why, where it is refused. */
  sentence: string;
}

/** How many people come to have something, and how many lose it. */
export interface Count {
  name: string;
  more: number;
  less: number;
}

/** What a change means for everybody it concerns. */
export interface Effect {
  outcomes: readonly Outcome[];
  /** Whether anything would be written at all. */
  isChange: boolean;
  roles: readonly RoleShift[];
  /** How many people gain or lose anything. */
  people: number;
  permissions: Count[];
  /** What people read as one thing is counted once, by the name that stands for it. */
  routes: Count[];
  /** The first of them, by id. */
  first: { user: number; difference: Difference }[];
  /** Another one for any other effect, on anybody. */
  digest: string;
}

const SHOWN = 50;

/** What is done, and what that writes over: the digest stands for it too, also where nobody gains or loses anything. */
export interface Made {
  change: object;
  overwritten: object | null;
  outcomes: readonly Outcome[];
  isChange: boolean;
  roles: readonly RoleShift[];
}

/** Measures the effect of a change from what people hold before and after it, one after the other in order of their ids. */
export class EffectMeter {
  private readonly digest: EffectDigest;
  private readonly differences = new Differences();
  private readonly was: Reaches;
  private readonly is: Reaches;
  /** How many people each difference is made for. */
  private readonly counts = new Map<Difference, number>();
  private readonly first: Effect['first'] = [];
  private people = 0;

  /** @param carried what the roles carry before the change and after it. */
  constructor(
    private readonly made: Made,
    carried: { before: CarriedByRole; after: CarriedByRole },
    entries: readonly MapEntry[],
  ) {
    const { change, overwritten, outcomes, roles } = made;
    // Who only goes on holding a role may be joined by others at any time.
    const moved = roles.filter(({ kind }) => kind !== 'keep');
    this.digest = new EffectDigest(JSON.stringify([change, overwritten, outcomes, moved]));
    this.was = new Reaches(carried.before, entries);
    this.is = carried.after === carried.before ? this.was : new Reaches(carried.after, entries);
  }

  add(user: number, before: readonly Stage[], after: readonly Stage[]): void {
    const difference = this.differences.between(courseOf(before, this.was), courseOf(after, this.is));
    if (isNone(difference)) return;
    this.people += 1;
    this.counts.set(difference, (this.counts.get(difference) ?? 0) + 1);
    this.digest.add(user, difference);
    if (this.first.length < SHOWN) this.first.push({ user, difference });
  }

  get effect(): Effect {
    const { people, first } = this;
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
      permissions: permissions.all,
      routes: routes.all,
      first,
      digest: this.digest.text,
    };
  }
}

function courseOf(stages: readonly Stage[], reaches: Reaches): Course {
  return stages.map(({ from, roles }) => ({ from, reach: reaches.of(roles) }));
}

/** In characters. */
const LINES = 16_384;

/** Over who gains and loses what; what many do alike is told once, and by its number then. */
class EffectDigest {
  private readonly hash = createHash('sha256');
  private readonly numbers = new Map<Difference, number>();
  /** What is not hashed yet: a call for each line would take longer than the hash. */
  private lines: string;

  constructor(change: string) {
    this.lines = change;
  }

  add(user: number, difference: Difference): void {
    const number = this.numbers.get(difference) ?? this.numbers.size;
    if (number === this.numbers.size) {
      this.numbers.set(difference, number);
      this.lines += `\n${JSON.stringify(difference)}`;
    }
    this.lines += `\n${user} ${number}`;
    if (this.lines.length > LINES) this.hashLines();
  }

  get text(): string {
    this.hashLines();
    return this.hash.digest('hex');
  }

  private hashLines(): void {
    this.hash.update(this.lines);
    this.lines = '';
  }
}

class Counts {
  private readonly byName = new Map<string, Count>();

  add(people: number, more: readonly Shift[], less: readonly Shift[]): void {
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
