import { MoreThan, type EntityManager } from 'typeorm';
import type { Condition, Rule } from '../access/rule';
import { User } from '../users/user.entity';

export type ConditionalRule = Extract<Rule, { kind: 'all-of' }>;

/** Ids of people who might pass, in order, complete up to `next`; null: nobody after them might. */
export interface PossibleAudience {
  ids: number[];
  next: number | null;
}

interface Role {
  id: number;
  name: string;
  holders: number;
  permissions: ReadonlySet<string>;
}

/** Everybody who meets a condition holds one of these roles; null: no role is needed. */
type QualifyingRoles = readonly Role[] | null;

/** At most so many reads, each of a longer range of ids, before it returns how far it has come. */
const MAX_READS = 8;

/**
 * People who might pass a rule, from the id `after` on: everybody who may is among them. It only saves
 * reading the others; `decide` has the last word about each. It reads the grants of the roles that the rarest of the
 * conditions needs, by their index, and at most some for each of `count` and of these roles at a time, however many
 * users there are.
 */
export async function possibleAudienceOf(
  manager: EntityManager,
  { conditions }: ConditionalRule,
  { after, count }: { after: number; count: number },
): Promise<PossibleAudience> {
  const roles = await everyRole(manager);
  const qualifying = conditions.map((condition) => qualifyingRolesFor(condition, roles)).reduce(rarer, null);
  return qualifying ? holdersOf(manager, qualifying, after, count) : everybody(manager, after, count);
}

function rarer(one: QualifyingRoles, other: QualifyingRoles): QualifyingRoles {
  return one && (!other || holdings(one) <= holdings(other)) ? one : other;
}

function qualifyingRolesFor(condition: Condition, roles: readonly Role[]): QualifyingRoles {
  switch (condition.kind) {
    case 'authenticated':
    case 'fresh':
      return null;
    case 'roles':
      return roles.filter(({ name }) => (condition.anyOf as readonly string[]).includes(name));
    case 'permissions':
      return condition.allOf
        .map((permission) => roles.filter(({ permissions }) => permissions.has(permission)))
        .reduce<QualifyingRoles>(rarer, null);
    case 'when':
      // Without its record nobody passes.
      return [];
    case 'any-of': {
      const qualifying = condition.alternatives.map((alternative) => qualifyingRolesFor(alternative, roles));
      return qualifying.includes(null) ? null : [...new Set(qualifying.flatMap((some) => some ?? []))];
    }
  }
}

/** The counters only choose where to begin: with wrong ones, nobody is left out. */
function holdings(roles: readonly Role[]): number {
  return roles.reduce((sum, { holders }) => sum + holders, 0);
}

async function everyRole(manager: EntityManager): Promise<Role[]> {
  const rows: (Omit<Role, 'permissions'> & { permission: string | null })[] = await manager.query(
    'SELECT r.id, r.name, r.holders, c.permission FROM roles r LEFT JOIN role_permissions c ON c.role_id = r.id',
  );
  const roles = new Map<number, Role & { permissions: Set<string> }>();
  for (const { permission, ...role } of rows) {
    const known = roles.get(role.id) ?? { ...role, permissions: new Set() };
    roles.set(role.id, known);
    if (permission !== null) known.permissions.add(permission);
  }
  return [...roles.values()];
}

async function everybody(manager: EntityManager, after: number, count: number): Promise<PossibleAudience> {
  const users = await manager.find(User, {
    select: { id: true },
    where: { id: MoreThan(after) },
    order: { id: 'ASC' },
    take: count + 1,
  });
  return firstOf(
    users.map(({ id }) => id),
    count,
    null,
  );
}

/** Holders in the next range of ids, which is as long as it takes to find about `count`, as they are spread. */
async function holdersOf(
  manager: EntityManager,
  roles: readonly Role[],
  after: number,
  count: number,
): Promise<PossibleAudience> {
  if (roles.length === 0) return { ids: [], next: null };
  const newest = (await manager.maximum(User, 'id')) ?? 0;
  let length = Math.ceil((2 * count * newest) / Math.max(holdings(roles), 1));
  for (let [begin, reads] = [after, 1]; ;) {
    const end = begin + length;
    const found = await readHolders(manager, roles, { begin, end, limit: 4 * count + roles.length });
    if (found === 'too-many') length = Math.ceil(length / 8);
    else if (end >= newest) return firstOf(found, count, null);
    else if (found.length > 0 || reads++ === MAX_READS) return firstOf(found, count, end);
    else [begin, length] = [end, length * 8];
  }
}

/** One id has at most one grant for each role, so a range that is short enough never has too many. */
async function readHolders(
  manager: EntityManager,
  roles: readonly Role[],
  { begin, end, limit }: { begin: number; end: number; limit: number },
): Promise<number[] | 'too-many'> {
  const rows: { user_id: number }[] = await manager.query(
    `SELECT user_id FROM grants WHERE role_id IN (${roles.map(() => '?').join()}) AND user_id > ? AND user_id <= ? LIMIT ?`,
    [...roles.map(({ id }) => id), begin, end, limit + 1],
  );
  return rows.length > limit ? 'too-many' : rows.map(({ user_id: id }) => id);
}

function firstOf(found: readonly number[], count: number, next: number | null): PossibleAudience {
  const ids = [...new Set(found)].sort((one, other) => one - other);
  return ids.length > count ? { ids: ids.slice(0, count), next: ids[count - 1] ?? next } : { ids, next };
}
