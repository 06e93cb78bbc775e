import type { RoleSuggestion } from '../../requests/role-suggestions';

/** A new role with just the permissions that somebody is missing; null where a role that there is gives no more than these. */
export function newRoleFor(missing: readonly string[] | null, suggestions: readonly RoleSuggestion[]) {
  if (!missing || suggestions.some((role) => role.additionalPermissions.every((one) => missing.includes(one))))
    return null;
  const ticked = new URLSearchParams(missing.map((name) => ['permissions', name]));
  return { permissions: missing, href: `/admin/roles/new?${ticked.toString()}` };
}
