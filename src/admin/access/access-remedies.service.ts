import { Injectable } from '@nestjs/common';
import type { Principal } from '../../access/principal';
import type { Rule } from '../../access/rule';
import { Principals } from '../../accounts/principals.service';
import { Clock } from '../../config/clock';
import { missingPermissions, suggestRoles } from '../../requests/role-suggestions';
import { RolesService } from '../../roles/roles.service';
import { UserHoldings, type GrantOfUser } from '../../roles/user-holdings.service';
import type { User } from '../../users/user.entity';
import { RoleChoices } from '../people/role-choices.service';
import { newRoleFor } from '../roles/new-role-link';

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
    const suggestions = suggestRoles(rule, person, all, now);
    const fitting = suggestions.map(({ name, additionalPermissions }) => ({
      name,
      more: additionalPermissions.filter((one) => !missing?.includes(one)),
      earlier: grantIn(grants, name, 'has ended')?.until,
      later: grantIn(grants, name, 'is to begin')?.from,
      isClosed: !all.some((role) => role.name === name && this.choices.isWithin(role, reader)),
    }));
    return {
      roles: fitting.slice(0, NAMED),
      others: fitting.slice(NAMED),
      newRole: newRoleFor(missing, suggestions),
    };
  }
}

function grantIn(grants: readonly GrantOfUser[], name: string, state: GrantOfUser['state']): GrantOfUser | undefined {
  return grants.find((grant) => grant.role === name && grant.state === state);
}
