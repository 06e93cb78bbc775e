import type { BuiltInRole, PermissionName } from './catalogue';

type NonEmpty<T> = readonly [T, ...T[]];

export interface RolesCondition {
  kind: 'roles';
  anyOf: readonly BuiltInRole[];
}

export interface PermissionsCondition {
  kind: 'permissions';
  allOf: readonly PermissionName[];
}

export type Alternative = RolesCondition | PermissionsCondition;

export interface AnyOfCondition {
  kind: 'any-of';
  alternatives: readonly Alternative[];
}

/** What a person must meet to pass. */
export type Condition = { kind: 'authenticated' } | Alternative | AnyOfCondition;

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
