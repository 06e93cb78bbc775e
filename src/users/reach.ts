import type { EntityManager } from 'typeorm';
import type { Route } from '../access/access-map';
import { isBuiltInRole } from '../access/catalogue';
import { decide } from '../access/decide';
import { Holdings, type HeldRole } from '../access/holdings';
import { Role } from '../roles/role.entity';

export type CarriedByRole = ReadonlyMap<number, { name: string; permissions: readonly string[] }>;

/** What each role carries just now, by its id. */
export async function carriedByRole(manager: EntityManager): Promise<CarriedByRole> {
  const roles = await manager.find(Role, { relations: { carried: true } });
  return new Map(
    roles.map(({ id, name, carried }) => [id, { name, permissions: carried.map(({ permission }) => permission) }]),
  );
}

/** What somebody may do at a moment: the permissions, and the routes like `GET /admin`. */
export interface Reach {
  readonly permissions: ReadonlySet<string>;
  readonly routes: ReadonlySet<string>;
}

/** Of who can't sign in. */
export const noReach: Reach = { permissions: new Set(), routes: new Set() };

/** A reach, and what it becomes with one role more. */
interface Step {
  held: readonly HeldRole[];
  reach: Reach;
  /** By the id of the role. */
  next: Step[];
}

/**
 * What any roles give together. A hundred thousand people hold them in almost as many ways, but these open far fewer
 * different things; each of these is decided once, and role by role one is led to it.
 */
export class Reaches {
  private readonly rules: ReadonlyMap<string, Route['rule']>;
  private readonly byPowers = new Map<string, Step>();
  private readonly none: Step;

  constructor(
    private readonly roles: CarriedByRole,
    routes: readonly Route[],
  ) {
    this.rules = new Map(routes.map(({ method, path, rule }) => [`${method} ${path}`, rule]));
    this.none = this.stepOf([]);
  }

  /** The same object for the same reach. A role that is gone gives nothing. */
  of(roleIds: readonly number[]): Reach {
    let step = this.none;
    for (const id of roleIds) step = this.with(step, id);
    return step.reach;
  }

  private with(step: Step, roleId: number): Step {
    const known = step.next[roleId];
    if (known) return known;
    const role = this.roles.get(roleId);
    const { name = '', permissions = [] } = role ?? {};
    const next = role ? this.stepOf([...step.held, { role: name, permissions, from: null, until: null }]) : step;
    step.next[roleId] = next;
    return next;
  }

  /** Rules name permissions and built-in roles, so who holds the same of these may do the same. */
  private stepOf(held: readonly HeldRole[]): Step {
    const permissions = new Set(held.flatMap((role) => role.permissions));
    const named = held.map(({ role }) => role).filter(isBuiltInRole);
    const powers = JSON.stringify([[...permissions].sort(), [...new Set(named)].sort()]);
    const step = this.byPowers.get(powers) ?? { held, reach: this.reachOf(permissions, held), next: [] };
    this.byPowers.set(powers, step);
    return step;
  }

  private reachOf(permissions: ReadonlySet<string>, held: readonly HeldRole[]): Reach {
    // These begin and end never, so any moment is as good.
    const [holdings, now] = [new Holdings(held), new Date(0)];
    const open = [...this.rules].filter(([, rule]) => rule.kind === 'all-of' && decide(rule, holdings, now).allowed);
    return { permissions, routes: new Set(open.map(([name]) => name)) };
  }
}
