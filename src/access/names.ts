/**
 * The permissions of all features: each adds its own by declaration merging, so that every name is a type everywhere and
 * nothing is imported upwards.
 */
export interface PermissionsOfFeatures {}

/** The roles that rules may name, likewise. */
export interface BuiltInRolesOfFeatures {
  User: true;
  Admin: true;
}

export type PermissionName = keyof PermissionsOfFeatures;
export type BuiltInRole = keyof BuiltInRolesOfFeatures;
