import { Injectable } from '@nestjs/common';
import { In, Not, type EntityManager } from 'typeorm';
import {
  builtInRoles,
  builtInRoleNames,
  isPermission,
  permissionCatalogue,
  permissionNames,
  type PermissionName,
} from '../access/catalogue';
import { seeder, type Actor } from '../audit/actor';
import { AuditService } from '../audit/audit.service';
import { Clock } from '../config/clock';
import { AccessState } from '../database/access-state.entity';
import { Database, newVersion } from '../database/database';
import { isUniqueViolation } from '../database/errors';
import { faultOfText, normaliseText } from '../text/naming';
import { faultOfRoleName, keysOfRoleName } from '../text/role-name';
import { Authority } from './authority';
import { carriedBy, everythingIn } from './carried';
import { takeFromEverybody } from './held-until';
import { ensureAdministratorRemains } from './last-administrator';
import { Permission } from './permission.entity';
import {
  ensureKnown,
  InvalidDescription,
  InvalidRoleName,
  RoleChanged,
  RoleExists,
  RoleIsBuiltIn,
  RoleNotFound,
} from './role-errors';
import { RoleKey } from './role-key.entity';
import { RolePermission } from './role-permission.entity';
import { differing, versionOf, type RoleContent } from './role-version';
import { Role } from './role.entity';

export interface RoleSummary {
  id: number;
  name: string;
  description: string;
  builtIn: boolean;
  holders: number;
  /** Those in the catalogue. */
  permissions: string[];
  /** Those that have left it, and count for nothing. */
  obsolete?: string[];
}

/** The one way in for changes of roles and of what they carry. */
@Injectable()
export class RolesService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly clock: Clock,
  ) {}

  /** Every role with the permissions it carries, by id. */
  async all(): Promise<RoleSummary[]> {
    const roles = await this.database.read.find(Role, { relations: { carried: true }, order: { id: 'ASC' } });
    return roles.map(summaryOf);
  }

  async find(name: string): Promise<RoleSummary | null> {
    const role = await roleNamed(this.database.read, name);
    return role && summaryOf(role);
  }

  /** The roles that earlier versions let have a name which no role could have now, or which looks like another's. */
  async toRename(): Promise<Pick<Role, 'id' | 'name'>[]> {
    const roles = await this.database.read.find(Role, { select: { id: true, name: true }, order: { id: 'ASC' } });
    const keys = await this.database.read.find(RoleKey);
    const ownerOf = new Map(keys.map(({ key, roleId }) => [key, roleId]));
    return roles.filter(
      ({ id, name }) =>
        faultOfRoleName(normaliseText(name)) !== null || keysOfRoleName(name).some((key) => ownerOf.get(key) !== id),
    );
  }

  /** @throws RoleNotFound */
  async byName(name: string): Promise<RoleSummary> {
    return summaryOf(await findRole(this.database.read, name));
  }

  async byId(id: number): Promise<RoleSummary | null> {
    const role = await this.database.read.findOne(Role, { where: { id }, relations: { carried: true } });
    return role && summaryOf(role);
  }

  /** The permissions that the database knows, each with the moment since when. */
  async knownPermissions(): Promise<Permission[]> {
    return this.database.read.find(Permission);
  }

  /** @returns its id. @throws RoleExists, InvalidRoleName, InvalidDescription, UnknownPermission, NotPermitted, BeyondAuthority */
  async create(
    actor: Actor,
    role: { name: string; description: string; permissions: readonly string[] },
  ): Promise<number> {
    const name = roleNameOf(role.name);
    const description = descriptionOf(role.description);
    ensureKnown(role.permissions);
    return this.database.changeAccess(async (manager) => {
      await this.ensureMayWrite(manager, actor, name, role.permissions);
      const id = await insertRole(manager, { name, description, builtIn: false });
      await carry(manager, id, new Set(role.permissions));
      await this.recordRoleChange(
        manager,
        actor,
        'role.create',
        { id, name },
        {
          after: { description, permissions: [...new Set(role.permissions)] },
        },
      );
      return id;
    });
  }

  /**
   * Takes the role from everybody who holds it.
   *
   * @throws RoleNotFound, RoleIsBuiltIn, NotPermitted, BeyondAuthority, HolderBeyondAuthority, LastAdministrator
   */
  async delete(actor: Actor, name: string): Promise<void> {
    await this.database.changeAccess(async (manager) => {
      const role = await findRole(manager, name);
      if (role.builtIn) throw new RoleIsBuiltIn(role.name);
      const authority = await this.ensureMayWrite(manager, actor, role.name, summaryOf(role).permissions);
      await authority.ensureCoversHolders(manager, role.id);
      // From here on it gives nothing, so that it is gone for everything that decides.
      await manager.delete(RolePermission, { roleId: role.id });
      await ensureAdministratorRemains(manager, this.clock.now(), this.database.read);
      const { description, holders } = summaryOf(role);
      await this.recordRoleChange(manager, actor, 'role.delete', role, {
        before: { description, permissions: everythingIn(summaryOf(role)), holders },
      });
      this.database.lastly(async (manager) => {
        await takeFromEverybody(manager, role.id);
        await manager.delete(Role, role.id);
      });
    });
  }

  /**
   * Makes the role what it is to be, unless somebody has changed it since it was as `base` says.
   *
   * @param to.base the version of the role as it was seen, of `versionOf`.
   * @returns whether that changed anything.
   * @throws RoleNotFound, RoleChanged, RoleIsBuiltIn for another name, RoleExists, InvalidRoleName, InvalidDescription,
   * UnknownPermission, NotPermitted, BeyondAuthority, HolderBeyondAuthority, LastAdministrator
   */
  async edit(actor: Actor, name: string, to: RoleContent & { base: string }): Promise<boolean> {
    const permissions = everythingIn(to);
    return this.database.changeAccess(async (manager) => {
      const role = await findRole(manager, name);
      const was = { ...summaryOf(role), permissions: everythingIn(summaryOf(role)) };
      if (versionOf(was) !== to.base) throw new RoleChanged(was);
      ensureKnown(permissions.filter((permission) => !was.permissions.includes(permission)));
      // What was not touched stays as it is, also where nobody could enter it so.
      const changed = {
        name: to.name === was.name ? was.name : roleNameOf(to.name),
        description: to.description === was.description ? was.description : descriptionOf(to.description),
        permissions,
      };
      if (role.builtIn && changed.name !== was.name) throw new RoleIsBuiltIn(was.name);
      const [before, after] = differing(was, changed);
      if (Object.keys(after).length === 0) return false;
      const authority = await this.ensureMayWrite(manager, actor, was.name, [...was.permissions, ...permissions]);
      await renameRole(manager, role, changed);
      await this.carryOnly(manager, authority, role.id, was.permissions, permissions);
      await this.recordRoleChange(
        manager,
        actor,
        'role.change',
        { id: role.id, name: changed.name },
        { before, after },
      );
      return true;
    });
  }

  /** @returns the permissions that it did not carry yet. @throws RoleNotFound, UnknownPermission */
  async addPermissions(actor: Actor, name: string, permissions: readonly string[]): Promise<string[]> {
    ensureKnown(permissions);
    return this.changePermissions(actor, name, (carried) => new Set([...carried, ...permissions]));
  }

  /**
   * What has left the catalogue can be removed too.
   *
   * @returns the permissions that it no longer carries.
   * @throws RoleNotFound, UnknownPermission, NotPermitted, BeyondAuthority, HolderBeyondAuthority, LastAdministrator
   */
  async removePermissions(actor: Actor, name: string, permissions: readonly string[]): Promise<string[]> {
    return this.changePermissions(actor, name, (carried) => {
      ensureKnown(permissions.filter((permission) => !carried.has(permission)));
      return new Set([...carried].filter((permission) => !permissions.includes(permission)));
    });
  }

  /** Whether this person could take the role, or a part of it, from everybody who holds it. */
  async mayTakeFromHolders(actor: Actor, roleId: number): Promise<boolean> {
    const authority = await Authority.of(this.database.read, actor, this.clock.now());
    return authority.coversHolders(this.database.read, roleId);
  }

  /**
   * Brings the database up to the catalogue: makes missing built-in roles, and adds permissions the database never
   * knew to the roles the catalogue names. What an administrator changed since stays as he left it.
   */
  async ensureCatalogue(manager: EntityManager): Promise<void> {
    const known = new Set((await manager.find(Role)).map((role) => role.name));
    for (const name of builtInRoleNames.filter((role) => !known.has(role))) {
      const id = await insertRole(manager, { name, description: builtInRoles[name], builtIn: true });
      await this.recordRoleChange(
        manager,
        seeder,
        'role.create',
        { id, name },
        { after: { description: builtInRoles[name] } },
      );
    }
    const old = new Set((await manager.find(Permission)).map((permission) => permission.name));
    for (const name of permissionNames.filter((permission) => !old.has(permission)))
      await this.addToCatalogue(manager, name);
  }

  private async addToCatalogue(manager: EntityManager, name: PermissionName): Promise<void> {
    const { meaning, roles } = permissionCatalogue[name];
    await manager.insert(Permission, { name, description: meaning, since: this.clock.now() });
    for (const role of roles) await carry(manager, (await findRole(manager, role)).id, new Set([name]));
    await bumpAllRoles(manager);
    await this.audit.append(manager, {
      actor: seeder,
      action: 'permission.add',
      subject: `permission ${name}`,
      after: { roles },
    });
  }

  private async changePermissions(
    actor: Actor,
    name: string,
    change: (carried: ReadonlySet<string>) => Set<string>,
  ): Promise<string[]> {
    return this.database.changeAccess(async (manager) => {
      const role = await findRole(manager, name);
      const before = new Set(everythingIn(summaryOf(role)));
      const after = change(before);
      const changed = [...before, ...after].filter((permission) => before.has(permission) !== after.has(permission));
      if (changed.length === 0) return [];
      const authority = await this.ensureMayWrite(manager, actor, role.name, [...before, ...after]);
      await this.carryOnly(manager, authority, role.id, [...before], [...after]);
      await this.recordRoleChange(manager, actor, 'role.change-permissions', role, {
        before: { permissions: [...before] },
        after: { permissions: [...after] },
      });
      return changed;
    });
  }

  private async carryOnly(
    manager: EntityManager,
    authority: Authority,
    roleId: number,
    before: readonly string[],
    after: readonly string[],
  ): Promise<void> {
    const removed = before.filter((permission) => !after.includes(permission));
    if (removed.some(isPermission)) await authority.ensureCoversHolders(manager, roleId);
    await carry(manager, roleId, new Set(after.filter((permission) => !before.includes(permission))));
    for (const permission of removed) await manager.delete(RolePermission, { roleId, permission });
    if (removed.length > 0) await ensureAdministratorRemains(manager, this.clock.now(), this.database.read);
  }

  /** A role is for anybody and for ever, so whoever writes it holds all of it himself, without an end. */
  private async ensureMayWrite(
    manager: EntityManager,
    actor: Actor,
    role: string,
    permissions: readonly string[],
  ): Promise<Authority> {
    const authority = await Authority.of(manager, actor, this.clock.now());
    authority.ensureHolds('roles-write');
    authority.ensureCovers([{ role, permissions: permissions.filter(isPermission), until: null }]);
    return authority;
  }

  private async recordRoleChange(
    manager: EntityManager,
    actor: Actor,
    action: `role.${'create' | 'change' | 'delete' | 'change-permissions'}`,
    { id, name }: Pick<Role, 'id' | 'name'>,
    change: { before?: object; after?: object },
  ) {
    await bumpAllRoles(manager);
    await this.audit.append(manager, { actor, action, subject: `role ${name}`, roleId: id, ...change });
  }
}

/** The role with what it carries. @throws RoleNotFound, naming the nearest there is */
export async function findRole(manager: EntityManager, name: string): Promise<Role> {
  const role = await roleNamed(manager, name);
  if (role) return role;
  const known = await manager.find(Role, { select: { name: true } });
  throw new RoleNotFound(
    name,
    known.map((other) => other.name),
  );
}

/** By its name as it was typed, or in the one form of names. */
async function roleNamed(manager: EntityManager, name: string): Promise<Role | null> {
  const names = [name, normaliseText(name)];
  const found = await manager.find(Role, { where: { name: In(names) }, relations: { carried: true } });
  return found.find((role) => role.name === name) ?? found[0] ?? null;
}

/** What a grant of the role until then gives. */
export function powerOf(role: Role, until: Date | null) {
  return { role: role.name, permissions: summaryOf(role).permissions, until };
}

async function insertRole(
  manager: EntityManager,
  role: Pick<Role, 'name' | 'description' | 'builtIn'>,
): Promise<number> {
  try {
    const { identifiers } = await manager.insert(Role, role);
    const id = Number(identifiers[0]?.id);
    await takeKeys(manager, id, role.name);
    return id;
  } catch (error) {
    throw isUniqueViolation(error) ? new RoleExists(role.name) : error;
  }
}

async function renameRole(manager: EntityManager, role: Role, { name, description }: RoleContent): Promise<void> {
  try {
    await manager.update(Role, role.id, { name, description });
    if (name !== role.name) await takeKeys(manager, role.id, name);
  } catch (error) {
    throw isUniqueViolation(error) ? new RoleExists(name) : error;
  }
}

/** @throws RoleExists, naming a role that could be taken for this one */
async function takeKeys(manager: EntityManager, roleId: number, name: string): Promise<void> {
  const keys = keysOfRoleName(name);
  await manager.delete(RoleKey, { roleId });
  try {
    await manager.insert(
      RoleKey,
      keys.map((key) => ({ key, roleId })),
    );
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    const taken = await manager.findOne(RoleKey, {
      where: { key: In(keys), roleId: Not(roleId) },
      relations: { role: true },
    });
    throw new RoleExists(name, taken?.role?.name);
  }
}

async function carry(manager: EntityManager, roleId: number, permissions: ReadonlySet<string>): Promise<void> {
  if (permissions.size > 0)
    await manager.insert(
      RolePermission,
      [...permissions].map((permission) => ({ roleId, permission })),
    );
}

async function bumpAllRoles(manager: EntityManager): Promise<void> {
  await manager.update(AccessState, AccessState.id, { version: newVersion() });
}

export function summaryOf(role: Role): RoleSummary {
  const { id, name, description, builtIn, holders } = role;
  return { id, name, description, builtIn, holders, ...carriedBy(role) };
}

/** In the one form of names. @throws InvalidRoleName */
function roleNameOf(text: string): string {
  const name = normaliseText(text);
  const fault = faultOfRoleName(name);
  if (fault) throw new InvalidRoleName(fault);
  return name;
}

/** @throws InvalidDescription */
function descriptionOf(text: string): string {
  const description = normaliseText(text);
  const fault = faultOfText('description', description);
  if (fault) throw new InvalidDescription(fault);
  return description;
}
