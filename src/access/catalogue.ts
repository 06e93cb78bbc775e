/** Every permission there is, with a sentence a person understands and the built-in roles that begin with it. */
export const permissionCatalogue = {
  'user-read': { meaning: 'See your own account', roles: ['User', 'Admin'] },
  'user-write': { meaning: 'Change your own account', roles: ['User', 'Admin'] },
  'admin-read': { meaning: 'Open the administration area', roles: ['Admin'] },
  'admin-write': { meaning: 'Administer the settings of the site', roles: ['Admin'] },
  'users-read': { meaning: 'See users', roles: ['Admin'] },
  'users-write': { meaning: 'Create, change, deactivate and delete users, and grant them roles', roles: ['Admin'] },
  'roles-read': { meaning: 'See roles', roles: ['Admin'] },
  'roles-write': { meaning: 'Create, change and delete roles', roles: ['Admin'] },
  'audit-read': { meaning: 'Read the audit log', roles: ['Admin'] },
} as const satisfies Record<string, { meaning: string; roles: readonly BuiltInRole[] }>;

/** The roles that rules may name. They can't be renamed or deleted. */
export const builtInRoles = {
  User: 'Everybody with an account',
  Admin: 'Administrators of the site',
} as const;

export type PermissionName = keyof typeof permissionCatalogue;
export type BuiltInRole = keyof typeof builtInRoles;

export const permissionNames = Object.keys(permissionCatalogue) as PermissionName[];
export const builtInRoleNames = Object.keys(builtInRoles) as BuiltInRole[];

/** What administration needs: somebody who can sign in always keeps all of these, without an end. */
export const administration: readonly PermissionName[] = [
  'admin-read',
  'admin-write',
  'users-read',
  'users-write',
  'roles-read',
  'roles-write',
];

/** The built-in roles that not everybody with an account holds: rules name them, so to hold one is a power of its own. */
export const privilegedRoles: readonly string[] = builtInRoleNames.filter((role) => role !== 'User');

export function isPermission(name: string): name is PermissionName {
  return Object.hasOwn(permissionCatalogue, name);
}

export function isBuiltInRole(name: string): name is BuiltInRole {
  return Object.hasOwn(builtInRoles, name);
}
