import { builtInRoleNames, permissionNames } from '../access/catalogue';
import { decide } from '../access/decide';
import type { HeldRole } from '../access/holdings';
import { Principal, type Identity } from '../access/principal';
import type { Condition, Rule } from '../access/rule';

export interface RoleWithPermissions {
  name: string;
  permissions: readonly string[];
}

export interface RoleSuggestion {
  name: string;
  /** Permissions of the role that the person lacks. */
  additionalPermissions: string[];
}

const nobody: Identity = { id: 0, email: '', name: '', hasConfiguredPassword: false };

/** Whether some role could open more of the route to them. Not if they may use it already, or if only a record decides. */
export function isRequestable(rule: Rule, person: Principal, now: Date): boolean {
  return !isAsOpen(rule, person, now) && isAsOpen(rule, new Principal(person, everything()), now);
}

/** The roles that would open the route to them, first the one that adds the fewest permissions to what they hold. */
export function suggestRoles(
  rule: Rule,
  person: Principal,
  roles: readonly RoleWithPermissions[],
  now: Date,
): RoleSuggestion[] {
  return roles
    .filter((role) => isAsOpen(rule, withRole(person, role), now))
    .map(({ name, permissions }) => ({
      name,
      additionalPermissions: permissions.filter((permission) => !person.grantOfPermission(permission, now)),
    }))
    .sort((a, b) => a.additionalPermissions.length - b.additionalPermissions.length || (a.name < b.name ? -1 : 1));
}

function withRole(person: Principal, { name, permissions }: RoleWithPermissions): Principal {
  return new Principal(person, [...person.held, { role: name, permissions, from: null, until: null }]);
}

/** As open as it would be to somebody with every role and permission: a rule about records stays closed for others. */
function isAsOpen(rule: Rule, person: Principal, now: Date): boolean {
  return (
    rule.kind === 'all-of' && outcome(rule, person, now) === outcome(rule, new Principal(nobody, everything()), now)
  );
}

function outcome(rule: Rule, person: Principal, now: Date): string {
  const decision = decide(rule, person, now);
  return decision.allowed ? 'allowed' : decision.refusal;
}

function everything(): HeldRole[] {
  return builtInRoleNames().map((role) => ({ role, permissions: permissionNames(), from: null, until: null }));
}

/**
 * What a role of its own would have to carry to open the route to them: nothing that they hold already. null where no
 * permission would.
 */
export function missingPermissions(rule: Rule, person: Principal, now: Date): string[] | null {
  const decision = decide(rule, person, now);
  if (decision.allowed) return null;
  const permissions = [...new Set(decision.missing.flatMap(fewestPermissions))];
  const isEnough = isAsOpen(rule, withRole(person, { name: '', permissions }), now);
  return isEnough && permissions.length > 0 ? permissions : null;
}

/** Of its alternatives the one that takes the fewest. */
function fewestPermissions(condition: Condition): readonly string[] {
  if (condition.kind === 'permissions') return condition.allOf;
  if (condition.kind !== 'any-of') return [];
  const alternatives = condition.alternatives.flatMap((one) => (one.kind === 'permissions' ? [one.allOf] : []));
  return alternatives.sort((one, other) => one.length - other.length)[0] ?? [];
}
