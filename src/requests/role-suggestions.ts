import { builtInRoleNames, permissionNames } from '../access/catalogue';
import { decide } from '../access/decide';
import type { HeldRole } from '../access/holdings';
import { Principal, type Identity } from '../access/principal';
import type { Rule } from '../access/rule';

export interface CarriedRole {
  name: string;
  permissions: readonly string[];
}

export interface RoleThatDoes {
  name: string;
  /** What it carries that they do not hold. */
  beyond: string[];
}

const nobody: Identity = { id: 0, email: '', name: '', hasConfiguredPassword: false };

/** Whether a role could open more of the route to them: not where they may use it, nor where only their own records count. */
export function couldBeGiven(rule: Rule, person: Principal, now: Date): boolean {
  return !isAsOpen(rule, person, now) && isAsOpen(rule, new Principal(person, everything()), now);
}

/** The roles that open the route to them, beside what they hold; first the one that gives them the fewest permissions. */
export function rolesThatDo(rule: Rule, person: Principal, roles: readonly CarriedRole[], now: Date): RoleThatDoes[] {
  return roles
    .filter((role) => isAsOpen(rule, withRole(person, role), now))
    .map(({ name, permissions }) => ({
      name,
      beyond: permissions.filter((permission) => !person.grantOfPermission(permission, now)),
    }))
    .sort((a, b) => a.beyond.length - b.beyond.length || (a.name < b.name ? -1 : 1));
}

function withRole(person: Principal, { name, permissions }: CarriedRole): Principal {
  return new Principal(person, [...person.held, { role: name, permissions, from: null, until: null }]);
}

/** As open as a rule for people who are signed in can be; what is about one's own records is never wholly open. */
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
