import type { BuiltInRole, PermissionName } from './names';
import type { RecordRule } from './record-rule';

type NonEmpty<T> = readonly [T, ...T[]];

export interface RolesCondition {
  kind: 'roles';
  anyOf: readonly BuiltInRole[];
}

export interface PermissionsCondition {
  kind: 'permissions';
  allOf: readonly PermissionName[];
}

export interface WhenCondition {
  kind: 'when';
  record: RecordRule;
}

export type Alternative = RolesCondition | PermissionsCondition | WhenCondition;

export interface AnyOfCondition {
  kind: 'any-of';
  alternatives: readonly Alternative[];
}

/** What a person must meet to pass; `fresh`: they have just proved who they are. */
export type Condition = { kind: 'authenticated' } | { kind: 'fresh' } | Alternative | AnyOfCondition;

/** What a route demands, whole: open to anyone, only for people not signed in, or every one of its conditions. */
export type Rule = { kind: 'public' } | { kind: 'signed-out' } | { kind: 'all-of'; conditions: readonly Condition[] };

/** What one decorator says. */
export type Declaration = { kind: 'public' } | { kind: 'signed-out' } | Condition;

/** Any one of these roles. */
export function roles(...anyOf: NonEmpty<BuiltInRole>): RolesCondition {
  return { kind: 'roles', anyOf };
}

/** All of these permissions. */
export function permissions(...allOf: NonEmpty<PermissionName>): PermissionsCondition {
  return { kind: 'permissions', allOf };
}

/** Only for such a record. */
export function when(record: RecordRule): WhenCondition {
  return { kind: 'when', record };
}

/** What a rule says about who somebody is, whenever they last proved it. */
export function withoutProof(rule: Rule): Rule {
  if (rule.kind !== 'all-of') return rule;
  return { kind: 'all-of', conditions: rule.conditions.filter(({ kind }) => kind !== 'fresh') };
}

/** The rules about records that a rule is made of. */
export function recordRulesOf(rule: Rule): RecordRule[] {
  return rule.kind === 'all-of' ? rule.conditions.flatMap(recordRulesWithin) : [];
}

export function recordRulesWithin(condition: Condition): RecordRule[] {
  if (condition.kind === 'when') return [condition.record];
  return condition.kind === 'any-of' ? condition.alternatives.flatMap(recordRulesWithin) : [];
}
