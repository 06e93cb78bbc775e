import { Injectable, Logger } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import {
  builtInRoles,
  meaningOf,
  permissionNames,
  plainRoles,
  rolesThatBeginWith,
  type RoleInCode,
} from '../access/catalogue';
import type { PermissionName } from '../access/names';
import { seeder } from '../audit/actor';
import { Clock } from '../config/clock';
import { Database } from '../database/database';
import { keysOfRoleName } from '../text/role-name';
import { Permission } from './permission.entity';
import { RoleNotBuiltIn } from './role-errors';
import { RoleKey } from './role-key.entity';
import { RoleRecord } from './role-record.service';
import { addPermissionsToRole, insertRole } from './role-rows';
import { Role } from './role.entity';
import { SeededRole } from './seeded-role.entity';

/** The catalogue as the database has it. */
@Injectable()
export class RoleCatalogue {
  private readonly logger = new Logger('Roles');

  constructor(
    private readonly database: Database,
    private readonly record: RoleRecord,
    private readonly clock: Clock,
  ) {}

  /** The permissions that the database knows, each with the moment since when. */
  async knownPermissions(): Promise<Permission[]> {
    return this.database.read.find(Permission);
  }

  /**
   * Brings the database up to the catalogue: makes the roles it never knew, and adds permissions it never knew to the roles
   * that begin with them. What an administrator changed since stays as they left it.
   *
   * @throws RoleNotBuiltIn where people made a role that rules name now
   */
  async ensure(manager: EntityManager): Promise<void> {
    const known = new Set((await manager.find(Permission)).map(({ name }) => name));
    await this.ensureBuiltInRoles(manager, known);
    await this.ensurePlainRoles(manager, known);
    for (const name of permissionNames().filter((permission) => !known.has(permission)))
      await this.addToCatalogue(manager, name);
  }

  private async ensureBuiltInRoles(manager: EntityManager, known: ReadonlySet<string>): Promise<void> {
    const found = new Map((await manager.find(Role)).map((role) => [role.name, role]));
    for (const [name, role] of builtInRoles()) {
      const there = found.get(name);
      // Its holders would hold all of a sudden what rules ask for.
      if (there && !there.builtIn) throw new RoleNotBuiltIn(name);
      if (!there) await this.make(manager, name, role, { builtIn: true, known });
    }
  }

  /** Each once: what an administrator has made meanwhile under its name is theirs, and what they deleted stays deleted. */
  private async ensurePlainRoles(manager: EntityManager, known: ReadonlySet<string>): Promise<void> {
    const seeded = new Set((await manager.find(SeededRole)).map(({ name }) => name));
    for (const [name, role] of plainRoles()) {
      if (seeded.has(name)) continue;
      const isMade = await isFree(manager, name);
      if (!isMade)
        this.logger.warn(`The role "${name}" was not made: there is one that has this name, or looks like it.`);
      const roleId = isMade ? await this.make(manager, name, role, { builtIn: false, known }) : null;
      await manager.insert(SeededRole, { name, roleId, since: this.clock.now() });
    }
  }

  /** With those of its permissions that the database knows; the others come with the permission. */
  private async make(
    manager: EntityManager,
    name: string,
    { description, permissions }: RoleInCode,
    { builtIn, known }: { builtIn: boolean; known: ReadonlySet<string> },
  ): Promise<number> {
    const id = await insertRole(manager, { name, description, builtIn });
    const carried = permissions.filter((permission) => known.has(permission));
    await addPermissionsToRole(manager, id, new Set(carried));
    const after = { description, ...(carried.length > 0 ? { permissions: carried } : {}) };
    await this.record.ofRole(manager, seeder, 'role.create', { id, name }, { after });
    return id;
  }

  private async addToCatalogue(manager: EntityManager, name: PermissionName): Promise<void> {
    await manager.insert(Permission, { name, description: meaningOf(name), since: this.clock.now() });
    const roles = await this.rolesThatBeginWith(manager, name);
    for (const { id } of roles) await addPermissionsToRole(manager, id, new Set([name]));
    const after = { roles: roles.map((role) => role.name) };
    await this.record.append(manager, {
      actor: seeder,
      action: 'permission.add',
      subject: `permission ${name}`,
      after,
    });
  }

  /** A plain role is known by its id: administrators may have renamed it, and made another one of its name. */
  private async rolesThatBeginWith(manager: EntityManager, permission: PermissionName): Promise<Role[]> {
    const names = rolesThatBeginWith(permission);
    const seeded = await manager.findBy(SeededRole, { name: In(names) });
    const ids = seeded.flatMap(({ roleId }) => roleId ?? []);
    return manager.findBy(Role, [{ name: In(names), builtIn: true }, { id: In(ids) }]);
  }
}

async function isFree(manager: EntityManager, name: string): Promise<boolean> {
  return !(await manager.existsBy(RoleKey, { key: In(keysOfRoleName(name)) }));
}
