import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  builtInRoleNames,
  builtInRoles,
  permissionCatalogue,
  permissionNames,
  type PermissionName,
} from '../access/catalogue';
import { seeder } from '../audit/actor';
import { Clock } from '../config/clock';
import { Database } from '../database/database';
import { findRole } from './find-role';
import { Permission } from './permission.entity';
import { RoleRecord } from './role-record.service';
import { carry, insertRole } from './role-rows';
import { Role } from './role.entity';

/** The catalogue as the database has it. */
@Injectable()
export class RoleCatalogue {
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
   * Brings the database up to the catalogue: makes missing built-in roles, and adds permissions the database never
   * knew to the roles the catalogue names. What an administrator changed since stays as they left it.
   */
  async ensure(manager: EntityManager): Promise<void> {
    const known = new Set((await manager.find(Role)).map((role) => role.name));
    for (const name of builtInRoleNames.filter((role) => !known.has(role))) {
      const id = await insertRole(manager, { name, description: builtInRoles[name], builtIn: true });
      await this.record.ofRole(
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
    await this.record.append(manager, {
      actor: seeder,
      action: 'permission.add',
      subject: `permission ${name}`,
      after: { roles },
    });
  }
}
