import { Injectable } from '@nestjs/common';
import { meaningOf } from '../../access/catalogue';
import type { PermissionName } from '../../access/names';
import { Principal } from '../../access/principal';
import type { Rule } from '../../access/rule';
import { Principals } from '../../accounts/principals.service';
import { Clock } from '../../config/clock';
import { missingPermissions, suggestRoles } from '../../requests/role-suggestions';
import { RolesService } from '../../roles/roles.service';
import { UserHoldings, type GrantOfUser } from '../../roles/user-holdings.service';
import type { User } from '../../users/user.entity';
import { RoleChoices } from '../people/role-choices.service';

/** So many roles that would do are named at once. */
const NAMED = 3;

/** The changes that would let somebody use what is closed to them, the smallest first. */
@Injectable()
export class AccessRemedies {
  constructor(
    private readonly roles: RolesService,
    private readonly holdings: UserHoldings,
    private readonly choices: RoleChoices,
    private readonly principals: Principals,
    private readonly clock: Clock,
  ) {}

  /** null: no change of what they hold would. */
  async of(rule: Rule, user: User, reader: Principal) {
    const now = this.clock.now();
    const person = await this.principals.load(user.id);
    if (!person || rule.kind !== 'all-of') return null;
    const [all, grants] = [await this.roles.all(), await this.holdings.grantsOf(user.id)];
    const missing = missingPermissions(rule, person, now);
    const fitting = suggestRoles(rule, person, all, now).map(({ name, additionalPermissions }) => ({
      name,
      more: additionalPermissions.filter((one) => !missing?.includes(one)).map(meaning),
      earlier: grants.find(({ role, state }) => role === name && state === 'has ended')?.until ?? null,
      later: beginningOf(grants, name),
      isClosed: !all.some((role) => role.name === name && this.choices.isWithin(role, reader)),
    }));
    const isNewRoleSmaller = missing !== null && !fitting.some(({ more }) => more.length === 0);
    return {
      isActive: user.active,
      roles: fitting.slice(0, NAMED),
      others: fitting.slice(NAMED),
      newRole: isNewRoleSmaller ? { meanings: missing.map(meaning), href: newRoleHref(missing) } : null,
    };
  }
}

function beginningOf(grants: readonly GrantOfUser[], name: string): Date | null {
  return grants.find(({ role, state }) => role === name && state === 'is to begin')?.from ?? null;
}

function meaning(permission: string): string {
  return meaningOf(permission as PermissionName);
}

/** The form of a new role with these permissions ticked. */
export function newRoleHref(permissions: readonly string[]): string {
  return `/admin/roles/new?${new URLSearchParams(permissions.map((name) => ['permissions', name])).toString()}`;
}
