import type { EntityManager } from 'typeorm';
import { isBuiltInRole } from '../access/catalogue';
import { decide } from '../access/decide';
import type { MapEntry } from '../access/entries';
import { Holdings, type HeldRole } from '../access/holdings';
import { carriedBy } from '../roles/carried';
import { Role } from '../roles/role.entity';

interface RoleWithPermissions {
  name: string;
  permissions: readonly string[];
}

export type RolesById = ReadonlyMap<number, RoleWithPermissions>;

/** The permissions that each role carries now and that count, by the id of the role. */
export async function loadRolesById(manager: EntityManager): Promise<RolesById> {
  const roles = await manager.find(Role, { relations: { carried: true } });
  return new Map(roles.map((role) => [role.id, { name: role.name, permissions: carriedBy(role).permissions }]));
}

/** What somebody may do at one moment: their permissions, and the entries of the map open to them, by names like `GET /admin`. */
export interface EffectiveAccess {
  readonly permissions: ReadonlySet<string>;
  readonly routes: ReadonlySet<string>;
}

/** Of people who can't sign in. */
export const noAccess: EffectiveAccess = { permissions: new Set(), routes: new Set() };

/** What some roles give, and what they give with one more role. */
interface Step {
  held: readonly HeldRole[];
  /** A bit for each permission and built-in role: rules name these alone, so who holds the same may do the same. */
  powers: bigint;
  access: EffectiveAccess;
  /** By the id of the role. */
  next: Step[];
}

/**
 * What roles give together. A hundred thousand people may hold almost as many combinations, but these give far fewer
 * different accesses. Each is decided once, and found again role by role.
 */
export class EffectiveAccessOfRoles {
  private readonly rules: ReadonlyMap<string, MapEntry['rule']>;
  private readonly bits = new Map<string, bigint>();
  private readonly byPowers = new Map<bigint, Step>();
  private readonly none: Step;

  constructor(
    private readonly roles: RolesById,
    entries: readonly MapEntry[],
  ) {
    this.rules = new Map(entries.map(({ name, rule }) => [name, rule]));
    this.none = this.stepOf([], 0n);
  }

  /** The same object for the same access. A deleted role gives nothing. */
  of(roleIds: readonly number[]): EffectiveAccess {
    let step = this.none;
    for (const id of roleIds) step = step.next[id] ??= this.with(step, id);
    return step.access;
  }

  private with(step: Step, roleId: number): Step {
    const role = this.roles.get(roleId);
    if (!role) return step;
    const powers = step.powers | this.powersOf(role);
    const { name, permissions } = role;
    return (
      this.byPowers.get(powers) ??
      this.stepOf([...step.held, { role: name, permissions, from: null, until: null }], powers)
    );
  }

  private powersOf({ name, permissions }: RoleWithPermissions): bigint {
    const powers = isBuiltInRole(name) ? [...permissions, `the role ${name}`] : permissions;
    return powers.reduce((bits, power) => bits | this.bitOf(power), 0n);
  }

  private bitOf(power: string): bigint {
    const bit = this.bits.get(power) ?? 1n << BigInt(this.bits.size);
    this.bits.set(power, bit);
    return bit;
  }

  private stepOf(held: readonly HeldRole[], powers: bigint): Step {
    const step = { held, powers, access: this.accessOf(held), next: [] };
    this.byPowers.set(powers, step);
    return step;
  }

  private accessOf(held: readonly HeldRole[]): EffectiveAccess {
    // These begin and end never, so any moment is as good.
    const [holdings, now] = [new Holdings(held), new Date(0)];
    const open = [...this.rules].filter(([, rule]) => rule.kind === 'all-of' && decide(rule, holdings, now).allowed);
    return {
      permissions: new Set(held.flatMap(({ permissions }) => permissions)),
      routes: new Set(open.map(([name]) => name)),
    };
  }
}
