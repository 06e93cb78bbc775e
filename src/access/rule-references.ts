import type { BuiltInRole, PermissionName } from './names';
import type { Alternative, Rule } from './rule';

/** Every permission that the rule names, also where it is only one way of several. */
export function permissionsIn(rule: Rule): PermissionName[] {
  const named = alternativesIn(rule).flatMap((way) => (way.kind === 'permissions' ? way.allOf : []));
  return [...new Set(named)];
}

/** Every role that the rule names, also where it is only one way of several. */
export function rolesIn(rule: Rule): BuiltInRole[] {
  const named = alternativesIn(rule).flatMap((way) => (way.kind === 'roles' ? way.anyOf : []));
  return [...new Set(named)];
}

function alternativesIn(rule: Rule): readonly Alternative[] {
  if (rule.kind !== 'all-of') return [];
  return rule.conditions.flatMap((condition) => {
    if (condition.kind === 'authenticated' || condition.kind === 'fresh') return [];
    return condition.kind === 'any-of' ? condition.alternatives : [condition];
  });
}
