import { createHash } from 'node:crypto';
import type { Route } from '../access/access-map';
import { Differences, isNone, type Course, type Difference, type Shift } from './difference';
import { Reaches, type CarriedByRole } from './reach';
import type { Stage } from './held';

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
  /** How many people gain or lose anything. */
  people: number;
  permissions: Count[];
  routes: Count[];
  /** The first of them, by id. */
  first: { user: number; difference: Difference }[];
  /** Another one for any other effect, on anybody. */
  digest: string;
}

const SHOWN = 50;

/** Measures the effect of a change from what people hold before and after it, one after the other in order of their ids. */
export class EffectMeter {
  private readonly digest: EffectDigest;
  private readonly differences = new Differences();
  private readonly was: Reaches;
  private readonly is: Reaches;
  private readonly permissions = new Counts();
  private readonly pages = new Counts();
  private readonly first: Effect['first'] = [];
  private people = 0;

  /**
   * @param change what is done, in JSON: the digest stands for it too, also where nobody gains or loses anything.
   * @param roles what they carry before the change and after it.
   */
  constructor(
    change: string,
    private readonly outcomes: readonly Outcome[],
    roles: { before: CarriedByRole; after: CarriedByRole },
    routes: readonly Route[],
  ) {
    this.digest = new EffectDigest(JSON.stringify([change, outcomes]));
    this.was = new Reaches(roles.before, routes);
    this.is = roles.after === roles.before ? this.was : new Reaches(roles.after, routes);
  }

  add(user: number, before: readonly Stage[], after: readonly Stage[]): void {
    const difference = this.differences.between(courseOf(before, this.was), courseOf(after, this.is));
    if (isNone(difference)) return;
    this.people += 1;
    this.permissions.add(difference.gains, difference.loses);
    this.pages.add(difference.opens, difference.closes);
    this.digest.add(user, difference);
    if (this.first.length < SHOWN) this.first.push({ user, difference });
  }

  get effect(): Effect {
    const { outcomes, people, first } = this;
    const [permissions, routes] = [this.permissions.all, this.pages.all];
    return { outcomes, people, permissions, routes, first, digest: this.digest.text };
  }
}

function courseOf(stages: readonly Stage[], reaches: Reaches): Course {
  return stages.map(({ from, roles }) => ({ from, reach: reaches.of(roles) }));
}

/** Over who gains and loses what; what many do alike is told once, and by its number then. */
class EffectDigest {
  private readonly hash = createHash('sha256');
  private readonly numbers = new Map<Difference, number>();

  constructor(change: string) {
    this.hash.update(change);
  }

  add(user: number, difference: Difference): void {
    const number = this.numbers.get(difference) ?? this.numbers.size;
    if (number === this.numbers.size) {
      this.numbers.set(difference, number);
      this.hash.update(`\n${JSON.stringify(difference)}`);
    }
    this.hash.update(`\n${user} ${number}`);
  }

  get text(): string {
    return this.hash.digest('hex');
  }
}

class Counts {
  private readonly byName = new Map<string, Count>();

  add(more: readonly Shift[], less: readonly Shift[]): void {
    for (const { name } of more) this.of(name).more += 1;
    for (const { name } of less) this.of(name).less += 1;
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
