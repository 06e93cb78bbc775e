import type { EntityManager } from 'typeorm';
import type { Condition, Rule } from '../access/rule';

export type ConditionalRule = Extract<Rule, { kind: 'all-of' }>;

/** The ids of some who might pass, in order; nobody between them and `next` is left out. null: nobody further might. */
export interface Candidates {
  ids: number[];
  next: number | null;
}

interface Role {
  id: number;
  name: string;
  holders: number;
  permissions: ReadonlySet<string>;
}

/** By which roles somebody might meet a condition; everybody who meets it holds one of them. null: by none in particular. */
type Ways = readonly Role[] | null;

/** Of a UNION; SQLite takes no more than 500. */
const PARTS_AT_ONCE = 200;

/**
 * Whom the database need ask about a rule, from the id `after` on: everybody who may pass is among them. It only saves
 * reading the others; `decide` has the last word about each. It reads the grants of the roles that the rarest of the
 * conditions needs, in the order of an index, and of these not more than about two for each of `count` and three for
 * each role: the number of users does not matter.
 */
export async function candidatesFor(
  manager: EntityManager,
  { conditions }: ConditionalRule,
  { after, count }: { after: number; count: number },
): Promise<Candidates> {
  const roles = await everyRole(manager);
  const ways = conditions.map((condition) => waysToMeet(condition, roles)).reduce(rarer, null);
  return ways ? holdersOf(manager, ways, after, count) : everybody(manager, after, count);
}

function rarer(one: Ways, other: Ways): Ways {
  return one && (!other || holdings(one) <= holdings(other)) ? one : other;
}

function waysToMeet(condition: Condition, roles: readonly Role[]): Ways {
  switch (condition.kind) {
    case 'authenticated':
      return null;
    case 'roles':
      return roles.filter(({ name }) => (condition.anyOf as readonly string[]).includes(name));
    case 'permissions':
      return condition.allOf
        .map((permission) => roles.filter(({ permissions }) => permissions.has(permission)))
        .reduce<Ways>(rarer, null);
    case 'any-of': {
      const ways = condition.alternatives.map((alternative) => waysToMeet(alternative, roles));
      return ways.includes(null) ? null : [...new Set(ways.flatMap((some) => some ?? []))];
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

async function everybody(manager: EntityManager, after: number, count: number): Promise<Candidates> {
  const rows: { id: number }[] = await manager.query('SELECT id FROM users WHERE id > ? ORDER BY id LIMIT ?', [
    after,
    count,
  ]);
  const ids = rows.map(({ id }) => id);
  return { ids, next: ids.length < count ? null : (ids.at(-1) ?? null) };
}

/** Reads of each role as many as its share of all holders, so that none is far ahead of the others. */
async function holdersOf(
  manager: EntityManager,
  roles: readonly Role[],
  after: number,
  count: number,
): Promise<Candidates> {
  const all = Math.max(holdings(roles), 1);
  const parts = roles.map(({ id, holders }) => ({ id, limit: 2 + Math.ceil((2 * count * holders) / all) }));
  const found = await firstHolders(manager, parts, after);
  // Of a role that has more, those further on are unknown: what is complete ends with the first such.
  const ends = parts.map(({ id, limit }) => (found.get(id)?.length === limit ? found.get(id)!.at(-1)! : Infinity));
  const end = Math.min(...ends);
  const ids = [...new Set([...found.values()].flat())].filter((id) => id <= end).sort((one, other) => one - other);
  if (ids.length > count) return { ids: ids.slice(0, count), next: ids[count - 1]! };
  return { ids, next: end === Infinity ? null : end };
}

/** By role: the first `limit` of its holders after this id, in order. */
async function firstHolders(
  manager: EntityManager,
  parts: readonly { id: number; limit: number }[],
  after: number,
): Promise<Map<number, number[]>> {
  const found = new Map<number, number[]>();
  for (let begun = 0; begun < parts.length; begun += PARTS_AT_ONCE) {
    const some = parts.slice(begun, begun + PARTS_AT_ONCE);
    const rows: { user_id: number; role_id: number }[] = await manager.query(
      some.map(() => HOLDERS_OF_A_ROLE).join(' UNION ALL '),
      some.flatMap(({ id, limit }) => [id, after, limit]),
    );
    for (const { user_id: user, role_id: role } of rows) found.set(role, [...(found.get(role) ?? []), user]);
  }
  for (const ids of found.values()) ids.sort((one, other) => one - other);
  return found;
}

const HOLDERS_OF_A_ROLE = `SELECT * FROM (
  SELECT user_id, role_id FROM grants WHERE role_id = ? AND user_id > ? ORDER BY user_id LIMIT ?) part`;
