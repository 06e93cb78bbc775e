import { Injectable } from '@nestjs/common';
import { AccessMap } from '../../access/access-map';
import { isPermission } from '../../access/catalogue';
import type { MapEntry } from '../../access/entries';
import { Clock } from '../../config/clock';
import { holderOf, isOpenTo } from '../access/access-grid';

interface NamedPermissions {
  name: string;
  permissions: readonly string[];
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
    return role.permissions.some(isPermission)
      ? 'By itself the role opens no page yet: pages take more permissions than it has.'
      : 'The role has no permissions yet, so it opens nothing.';
  }

  /** Those of the roles by which somebody can use a route. */
  rolesFor<Role extends NamedPermissions>(route: string, roles: readonly Role[]): Role[] {
    const entry = this.accessMap.entryOf(route);
    return entry ? roles.filter((role) => this.opens(role, entry)) : [];
  }
}
