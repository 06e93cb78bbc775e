import { In, type EntityManager } from 'typeorm';
import { isBuiltInRole } from '../access/catalogue';
import { normaliseText } from '../text/naming';
import { carriedBy } from './carried';
import { RoleNotFound, RoleWithoutFeature } from './role-errors';
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
export async function roleNamed(manager: EntityManager, name: string): Promise<Role | null> {
  const names = [name, normaliseText(name)];
  const found = await manager.find(Role, { where: { name: In(names) }, relations: { carried: true } });
  return found.find((role) => role.name === name) ?? found[0] ?? null;
}

/** @throws RoleWithoutFeature where the role is built in, and the feature that brings it is not here */
export function ensureGivable({ name, builtIn }: Role): void {
  if (builtIn && !isBuiltInRole(name)) throw new RoleWithoutFeature(name);
}

export function summaryOf(role: Role): RoleSummary {
  const { id, name, description, builtIn, holders } = role;
  return { id, name, description, builtIn, holders, ...carriedBy(role) };
}

/** What a grant of the role until then gives. */
export function powerOf(role: Role, until: Date | null) {
  return { role: role.name, permissions: summaryOf(role).permissions, until };
}
