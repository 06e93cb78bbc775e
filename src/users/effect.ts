import { createHash } from 'node:crypto';
import type { Route } from '../access/access-map';
import { differenceOf, isNone, type Difference, type Shift } from './difference';
import type { CarriedByRole, Population } from './population';

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

interface State {
  population: Population;
  roles: CarriedByRole;
}

const SHOWN = 50;

/** @param change what is done, in JSON: the digest stands for it too, also where nobody gains or loses anything. */
export function effectOf(
  change: string,
  outcomes: readonly Outcome[],
  before: State,
  after: State,
  now: Date,
  routes: readonly Route[],
): Effect {
  const digest = createHash('sha256').update(JSON.stringify([change, outcomes]));
  const [permissions, pages] = [new Counts(), new Counts()];
  const first: Effect['first'] = [];
  const compare = comparing(before, after, now, routes);
  let people = 0;
  for (const user of idsOf(before, after)) {
    const compared = compare(user);
    if (isNone(compared.difference)) continue;
    const { gains, loses, opens, closes } = compared.difference;
    people += 1;
    permissions.add(gains, loses);
    pages.add(opens, closes);
    digest.update(`\n${user} ${compared.json}`);
    if (first.length < SHOWN) first.push({ user, difference: compared.difference });
  }
  return { outcomes, people, permissions: permissions.all, routes: pages.all, first, digest: digest.digest('hex') };
}

/** Compares two people who hold the same on the same terms only once. */
function comparing(before: State, after: State, now: Date, routes: readonly Route[]) {
  const known = new Map<string, { difference: Difference; json: string }>();
  return (user: number) => {
    const key = `${before.population.signatureOf(user)}|${after.population.signatureOf(user)}`;
    const found = known.get(key);
    if (found) return found;
    const [was, is] = [before, after].map(({ population, roles }) => population.holdingsOf(user, roles));
    const difference = differenceOf(was ?? null, is ?? null, now, routes);
    const compared = { difference, json: JSON.stringify(difference) };
    known.set(key, compared);
    return compared;
  };
}

function idsOf(before: State, after: State): Iterable<number> {
  if (before.population === after.population) return before.population.ids;
  return [...new Set([...before.population.ids, ...after.population.ids])].sort((a, b) => a - b);
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
