import { In, Not, type EntityManager } from 'typeorm';
import { isUniqueViolation } from '../database/errors';
import { keysOfRoleName } from '../text/role-name';
import { RoleExists } from './role-errors';
import { RoleKey } from './role-key.entity';
import type { RoleContent } from './role-version';
import { Role, RolePermission } from './role.entity';

export async function insertRole(
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

export async function renameRole(
  manager: EntityManager,
  role: Role,
  { name, description }: RoleContent,
): Promise<void> {
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

export async function addPermissionsToRole(
  manager: EntityManager,
  roleId: number,
  permissions: ReadonlySet<string>,
): Promise<void> {
  if (permissions.size > 0)
    await manager.insert(
      RolePermission,
      [...permissions].map((permission) => ({ roleId, permission })),
    );
}
