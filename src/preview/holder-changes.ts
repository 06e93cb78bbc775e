import { In, IsNull, LessThanOrEqual, MoreThan, type EntityManager } from 'typeorm';
import { Grant } from '../roles/grant.entity';
import type { Role } from '../roles/role.entity';
import { User } from '../users/user.entity';

/** Who gains a role, loses it, or keeps it while the role itself changes. */
export interface HolderChange {
  role: string;
  kind: 'gain' | 'lose' | 'keep';
  people: number;
  /** The first of them, by id. */
  first: number[];
}

const SHOWN = 50;

interface State {
  active: boolean;
  /** Names of roles: without those that have ended, with those that begin later. */
  roles: string[];
}

/** Only of the users that exist. */
export async function rolesHeldBy(
  manager: EntityManager,
  userIds: readonly number[],
  now: Date,
): Promise<Map<number, State>> {
  const where = { id: In([...userIds]) };
  const users = await manager.find(User, { select: { id: true, active: true }, where, order: { id: 'ASC' } });
  const held = new Map(users.map(({ id, active }) => [id, { active, roles: [] as string[] }]));
  const grants = await manager.find(Grant, {
    where: notEnded({ userId: In([...userIds]) }, now),
    relations: { role: true },
    order: { roleId: 'ASC' },
  });
  for (const { userId, role } of grants) held.get(userId)?.roles.push(role.name);
  return held;
}

/** The roles of an inactive account count for nothing, so activating it gains them and deactivating it loses them. */
export function holderChangesBetween(
  before: ReadonlyMap<number, State>,
  after: ReadonlyMap<number, State>,
): HolderChange[] {
  const changes = new Map<string, HolderChange>();
  const count = (kind: HolderChange['kind'], role: string, user: number) => {
    const change = changes.get(`${kind} ${role}`) ?? { role, kind, people: 0, first: [] };
    changes.set(`${kind} ${role}`, change);
    change.people += 1;
    if (change.first.length < SHOWN) change.first.push(user);
  };
  for (const [user, was] of before) {
    const is = after.get(user) ?? { active: was.active, roles: [] };
    const had = is.active && !was.active ? [] : was.roles;
    const has = was.active && !is.active ? [] : is.roles;
    for (const role of had) if (!has.includes(role)) count('lose', role, user);
    for (const role of has) if (!had.includes(role)) count('gain', role, user);
  }
  return [...changes.values()];
}

/** Everybody who holds the role that changes. They may be a hundred thousand, so they are counted and only the first are read. */
export async function changeOfAllHolders(
  manager: EntityManager,
  { id: roleId, name, holders }: Pick<Role, 'id' | 'name' | 'holders'>,
  kind: 'lose' | 'keep',
  now: Date,
): Promise<HolderChange[]> {
  const ended = await manager.countBy(Grant, { roleId, until: LessThanOrEqual(now) });
  const first = await manager.find(Grant, {
    select: { userId: true },
    where: notEnded({ roleId }, now),
    order: { userId: 'ASC' },
    take: SHOWN,
  });
  const people = holders - ended;
  return people > 0 ? [{ role: name, kind, people, first: first.map(({ userId }) => userId) }] : [];
}

function notEnded<Where extends object>(where: Where, now: Date) {
  return [
    { ...where, until: IsNull() },
    { ...where, until: MoreThan(now) },
  ];
}
