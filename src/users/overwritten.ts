import { In, type EntityManager } from 'typeorm';
import { Grant } from '../roles/grant.entity';
import { Role } from '../roles/role.entity';
import { versionOf } from '../roles/role-version';
import type { RoleChange, UserChange } from './change';
import { User } from './user.entity';

/**
 * What a change writes over, in JSON. It is confirmed with its effect, as somebody's newer change of it may have none just
 * now: on who can't sign in, or holds the same by another role.
 */
export async function overwrittenBy(manager: EntityManager, change: UserChange | RoleChange): Promise<string> {
  const role = 'role' in change ? await roleNamed(manager, change.role) : null;
  return JSON.stringify({
    role: role && versionOf(role),
    ...('users' in change
      ? await ofUsers(manager, change.users, role)
      : { holders: change.change === 'delete' ? role?.holders : 0 }),
  });
}

async function roleNamed(manager: EntityManager, name: string) {
  const role = await manager.findOne(Role, { where: { name }, relations: { carried: true } });
  return role && { ...role, permissions: role.carried.map(({ permission }) => permission) };
}

async function ofUsers(manager: EntityManager, users: readonly number[], role: { id: number } | null) {
  const [userId, order] = [In([...users]), { userId: 'ASC' } as const];
  const grants = role ? await manager.find(Grant, { where: { userId, roleId: role.id }, order }) : [];
  const active = await manager.find(User, {
    select: { id: true },
    where: { id: userId, active: true },
    order: { id: 'ASC' },
  });
  return {
    grants: grants.map(({ userId, from, until }) => ({ userId, from, until })),
    active: active.map(({ id }) => id),
  };
}
