import type { BuiltInRole, PermissionName } from './names';

/** A role that comes with the program. */
export interface RoleInCode {
  readonly description: string;
  /** What it begins with; `Admin` begins with every permission there is. */
  readonly permissions: readonly PermissionName[];
}

/** What a feature brings of the catalogue. */
export interface CatalogueParts {
  /** Stands in messages about it. */
  readonly name: string;
  /** Each with a sentence a person understands. */
  readonly permissions?: Readonly<Partial<Record<PermissionName, string>>>;
  /** Roles that rules name. They can't be renamed or deleted. */
  readonly builtInRoles?: Readonly<Partial<Record<BuiltInRole, RoleInCode>>>;
  /** Plain roles, made once; from then on the administrators' to change or delete. */
  readonly roles?: Readonly<Record<string, RoleInCode>>;
}

/** What administration needs: somebody who can sign in always keeps all of these, without an end. */
export const administration: readonly PermissionName[] = [
  'admin-read',
  'admin-write',
  'users-read',
  'users-write',
  'roles-read',
  'roles-write',
];

const meanings = new Map<string, string>();
const builtIn = new Map<string, RoleInCode>();
const plain = new Map<string, RoleInCode>();

/** Makes what these features bring the catalogue of this process. */
export function registerCatalogue(features: readonly CatalogueParts[]): void {
  for (const names of [meanings, builtIn, plain]) names.clear();
  for (const { permissions = {}, builtInRoles = {}, roles = {} } of features) {
    add(meanings, permissions);
    add(builtIn, builtInRoles);
    add(plain, roles);
  }
}

function add<T>(names: Map<string, T>, brought: Readonly<Partial<Record<string, T>>>): void {
  for (const [name, value] of Object.entries(brought)) if (value !== undefined) names.set(name, value);
}

/** A sentence for each name that two features bring, and for each role that carries what none brings. */
export function catalogueFaults(features: readonly CatalogueParts[]): string[] {
  const permissions = features.flatMap(({ permissions = {} }) => Object.keys(permissions));
  const roles = features.flatMap(({ builtInRoles = {}, roles = {} }) => [
    ...Object.entries(builtInRoles),
    ...Object.entries(roles),
  ]);
  const unknown = roles.flatMap(([role, { permissions: carried }]) =>
    carried.filter((name) => !permissions.includes(name)).map((name) => ({ role, name })),
  );
  return [
    ...repeated(permissions).map((name) => `Two features bring the permission "${name}"`),
    ...repeated(roles.map(([role]) => role)).map((name) => `The role "${name}" is brought twice`),
    ...unknown.map(({ role, name }) => `The role "${role}" carries the permission "${name}", which no feature brings`),
  ];
}

/** Every name that stands there more than once. */
export function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, i) => names.indexOf(name) < i))];
}

/** In the order of the features. */
export function permissionNames(): PermissionName[] {
  return [...registered(meanings).keys()] as PermissionName[];
}

/** The sentence that says what a permission is for. */
export function meaningOf(permission: PermissionName): string {
  return registered(meanings).get(permission) ?? '';
}

export function builtInRoles(): ReadonlyMap<BuiltInRole, RoleInCode> {
  return registered(builtIn) as Map<BuiltInRole, RoleInCode>;
}

export function builtInRoleNames(): BuiltInRole[] {
  return [...builtInRoles().keys()];
}

export function plainRoles(): ReadonlyMap<string, RoleInCode> {
  return plain;
}

/** Those that not everybody with an account holds: as rules name them, to hold one is a power of its own. */
export function isPrivileged(role: string): boolean {
  return role !== 'User' && isBuiltInRole(role);
}

/** The roles of the catalogue that begin with this permission. */
export function rolesThatBeginWith(permission: PermissionName): string[] {
  const begins = ([role, { permissions }]: [string, RoleInCode]) =>
    role === 'Admin' || permissions.includes(permission);
  return [...builtInRoles(), ...plain].filter(begins).map(([role]) => role);
}

export function isPermission(name: string): name is PermissionName {
  return registered(meanings).has(name);
}

export function isBuiltInRole(name: string): name is BuiltInRole {
  return registered(builtIn).has(name);
}

/** Nothing is in an empty catalogue, which would be taken for one without permissions. */
function registered<T>(names: Map<string, T>): Map<string, T> {
  if (names.size === 0)
    throw new Error('The catalogue is empty: src/registered-features.ts, which fills it, was not imported.');
  return names;
}
