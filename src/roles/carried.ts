import { isPermission } from '../access/catalogue';
import type { Role } from './role.entity';

export interface Carried {
  /** What counts: it is in the catalogue. */
  permissions: string[];
  /** What has left the catalogue since it was given to the role, and counts for nothing; undefined where there is none. */
  obsolete?: string[];
}

/** What a role carries, in two lists. */
export function carriedBy({ carried }: Pick<Role, 'carried'>): Carried {
  const names = carried.map(({ permission }) => permission).sort();
  const obsolete = names.filter((name) => !isPermission(name));
  return { permissions: names.filter(isPermission), ...(obsolete.length > 0 ? { obsolete } : {}) };
}

/** All of it in one list. */
export function everythingIn({
  permissions,
  obsolete = [],
}: {
  permissions: readonly string[];
  obsolete?: readonly string[];
}): string[] {
  return [...new Set([...permissions, ...obsolete])].sort();
}
