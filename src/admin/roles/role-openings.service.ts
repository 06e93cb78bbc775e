import { Injectable } from '@nestjs/common';
import { AccessMap } from '../../access/access-map';
import { isPermission, meaningOf } from '../../access/catalogue';
import type { MapEntry } from '../../access/entries';
import type { PermissionName } from '../../access/names';
import { permissionsIn } from '../../access/rule-references';
import { Clock } from '../../config/clock';
import { missingPermissions } from '../../requests/role-suggestions';
import { joined } from '../../text/joined';
import { holderOf, isOpenTo } from '../access/access-grid';

interface NamedPermissions {
  name: string;
  permissions: readonly string[];
}

interface NearPage {
  page: MapEntry;
  missing: PermissionName[];
}

const holderOfNone = holderOf({ name: '', permissions: [] });

/** What opens to who holds a role and no other. */
@Injectable()
export class RoleOpenings {
  constructor(
    private readonly accessMap: AccessMap,
    private readonly clock: Clock,
  ) {}

  /** Whether it is by the role that the entry opens to them. */
  opens(role: NamedPermissions, entry: MapEntry): boolean {
    const now = this.clock.now();
    return isOpenTo(holderOf(role), entry, now) && !isOpenTo(holderOfNone, entry, now);
  }

  /** Why nothing does, in a sentence; null where something opens. */
  whyNothing(role: NamedPermissions): string | null {
    if (this.accessMap.entries.some((entry) => this.opens(role, entry))) return null;
    if (!role.permissions.some(isPermission)) return 'The role has no permissions yet, so it opens nothing.';
    const [nearest] = this.pagesNear(role);
    return nearest
      ? `By itself the role opens no page yet. ${inWords(nearest)}`
      : 'By itself the role opens no page yet.';
  }

  /** The pages that take one of its permissions and others too, first the one that takes the fewest others. */
  private pagesNear(role: NamedPermissions): NearPage[] {
    return this.accessMap.entries
      .filter(({ rule }) => permissionsIn(rule).some((name) => role.permissions.includes(name)))
      .map((page) => ({ page, missing: this.missing(role, page) }))
      .filter(({ missing }) => missing.length > 0)
      .sort((one, other) => one.missing.length - other.missing.length);
  }

  private missing(role: NamedPermissions, { rule }: MapEntry): PermissionName[] {
    const missing = missingPermissions(rule, holderOf(role), this.clock.now()) ?? [];
    return missing.filter(isPermission).filter((name) => !role.permissions.includes(name));
  }

  /** Those of the roles by which somebody can use a route. */
  rolesFor<Role extends NamedPermissions>(route: string, roles: readonly Role[]): Role[] {
    const entry = this.accessMap.entryOf(route);
    return entry ? roles.filter((role) => this.opens(role, entry)) : [];
  }
}

function inWords({ page: { title, name }, missing }: NearPage): string {
  return `“${title ?? name}” also takes ${joined(
    missing.map((one) => `“${meaningOf(one)}”`),
    'and',
  )}.`;
}
