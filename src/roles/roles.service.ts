import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { isPermission } from '../access/catalogue';
import { hasEnded } from '../access/holdings';
import type { Actor } from '../audit/actor';
import { heldBy } from '../audit/describe-event';
import { Clock } from '../config/clock';
import { Database } from '../database/database';
import { Notices } from '../notices/notices.service';
import { faultOfText, normaliseText } from '../text/naming';
import { faultOfRoleName, keysOfRoleName } from '../text/role-name';
import { Authority } from './authority';
import { everythingIn } from './carried';
import { findRole, roleNamed, summaryOf, type RoleSummary } from './find-role';
import { ensureAdministratorRemains } from './last-administrator';
import { removeFromAllHolders } from './last-grant-end';
import { ensureKnown, InvalidDescription, InvalidRoleName, RoleChanged, RoleIsBuiltIn } from './role-errors';
import { RoleKey } from './role-key.entity';
import { RoleRecord } from './role-record.service';
import { addPermissionsToRole, insertRole, renameRole } from './role-rows';
import { differing, versionOf, type RoleContent } from './role-version';
import { Role, RolePermission } from './role.entity';

/** The one way in for changes of roles and of what they carry. */
@Injectable()
export class RolesService {
  constructor(
    private readonly database: Database,
    private readonly record: RoleRecord,
    private readonly notices: Notices,
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
      await addPermissionsToRole(manager, id, new Set(role.permissions));
      await this.record.ofRole(
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
      this.database.beforeCommit((manager) => this.finishDeletion(manager, actor, role));
    });
  }

  /** Whose grant had ended before loses nothing. */
  private async finishDeletion(manager: EntityManager, actor: Actor, role: Role): Promise<void> {
    const losers: number[] = [];
    await removeFromAllHolders(manager, role.id, async (grants) => {
      const ids = grants.filter((grant) => !hasEnded(grant, this.clock.now())).map(({ userId }) => userId);
      losers.push(...ids);
      await this.notices.tell(
        manager,
        ids.map((userId) => ({ userId, event: 'role.delete', actor, before: { role: role.name } })),
      );
    });
    await manager.delete(Role, role.id);
    await this.record.ofRole(manager, actor, 'role.delete', role, {
      before: { description: role.description, permissions: everythingIn(summaryOf(role)), ...heldBy(losers) },
    });
  }

  /**
   * Makes the role what it is to be, unless somebody has changed it since it was as `base` says.
   *
   * @param to.base the version of the role as it was seen, of `versionOf`.
   * @param undoes the event of the audit log that this takes back.
   * @returns whether that changed anything.
   * @throws RoleNotFound, RoleChanged, RoleIsBuiltIn for another name, RoleExists, InvalidRoleName, InvalidDescription,
   * UnknownPermission, NotPermitted, BeyondAuthority, HolderBeyondAuthority, LastAdministrator
   */
  async edit(actor: Actor, name: string, to: RoleContent & { base: string }, undoes?: number): Promise<boolean> {
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
      const as = { id: role.id, name: changed.name };
      await this.record.ofRole(manager, actor, 'role.change', as, { before, after, undoes });
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
      await this.record.ofRole(manager, actor, 'role.change-permissions', role, {
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
    await addPermissionsToRole(manager, roleId, new Set(after.filter((permission) => !before.includes(permission))));
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
