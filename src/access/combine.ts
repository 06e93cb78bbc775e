import { isBuiltInRole, isPermission } from './catalogue';
import type { RecordRule } from './record-rule';
import type { Condition, Declaration, Rule } from './rule';

/**
 * The rule that all declarations about one handler make together: every one of them holds.
 *
 * @returns the rule, or why there is none; a handler without a rule must not start.
 */
export function combine(declarations: readonly Declaration[]): { rule: Rule } | { fault: string } {
  if (declarations.length === 0)
    return { fault: 'declares no rule; say who may use it, for instance @Public() or @Permissions(...)' };
  const faults = declarations.flatMap(faultsOf);
  if (faults.length > 0) return { fault: faults.join('; ') };
  if (declarations.every((d) => d.kind === 'fresh'))
    return { fault: 'says @Fresh() and not who may use it: add @Authenticated() or @Permissions(...)' };
  const exclusive = declarations.find((d) => d.kind === 'public' || d.kind === 'signed-out');
  if (!exclusive) return { rule: { kind: 'all-of', conditions: declarations as readonly Condition[] } };
  if (declarations.some((d) => d.kind !== exclusive.kind)) {
    return {
      fault: `${exclusive.kind === 'public' ? '@Public()' : '@SignedOut()'} contradicts the other rules on it or on its class`,
    };
  }
  return { rule: exclusive as Rule };
}

function faultsOf(declaration: Declaration): string[] {
  switch (declaration.kind) {
    case 'roles':
      return emptyOrUnknown('@Roles', declaration.anyOf, isBuiltInRole, 'role');
    case 'permissions':
      return emptyOrUnknown('@Permissions', declaration.allOf, isPermission, 'permission');
    case 'when':
      return isRecordRule(declaration.record) ? [] : ['@When names no rule about a record, made by recordRule(...)'];
    case 'any-of':
      return declaration.alternatives.length === 0
        ? ['@AnyOf has an empty list']
        : declaration.alternatives.flatMap(faultsOf);
    default:
      return [];
  }
}

function isRecordRule(rule: Partial<RecordRule> | undefined): boolean {
  return Boolean(rule?.name && rule.parameter && rule.holds);
}

function emptyOrUnknown(
  decorator: string,
  names: readonly string[],
  isKnown: (name: string) => boolean,
  noun: string,
): string[] {
  if (names.length === 0) return [`${decorator} has an empty list`];
  return names.filter((name) => !isKnown(name)).map((name) => `${decorator} names the unknown ${noun} "${name}"`);
}
