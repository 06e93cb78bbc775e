import { In, IsNull, LessThanOrEqual, MoreThan, type EntityManager } from 'typeorm';
import { Grant } from '../roles/grant.entity';
import type { Role } from '../roles/role.entity';
import { User } from '../users/user.entity';

/** Who comes to hold a role, no longer holds it, or goes on to while the role changes, whatever it opens for them. */
export interface RoleShift {
  role: string;
  kind: 'gain' | 'lose' | 'keep';
  people: number;
  /** The first of them, by id. */
  first: number[];
}

const SHOWN = 50;

interface State {
  active: boolean;
  /** Their names; what has ended is not among them, what begins later is. */
  roles: string[];
}

/** Of those of the users that there are. */
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

/** Who is not active holds what counts for nothing: roles come and go with the account. */
export function shiftsBetween(before: ReadonlyMap<number, State>, after: ReadonlyMap<number, State>): RoleShift[] {
  const shifts = new Map<string, RoleShift>();
  const note = (kind: RoleShift['kind'], role: string, user: number) => {
    const shift = shifts.get(`${kind} ${role}`) ?? { role, kind, people: 0, first: [] };
    shifts.set(`${kind} ${role}`, shift);
    shift.people += 1;
    if (shift.first.length < SHOWN) shift.first.push(user);
  };
  for (const [user, was] of before) {
    const is = after.get(user) ?? { active: was.active, roles: [] };
    const had = is.active && !was.active ? [] : was.roles;
    const has = was.active && !is.active ? [] : is.roles;
    for (const role of had) if (!has.includes(role)) note('lose', role, user);
    for (const role of has) if (!had.includes(role)) note('gain', role, user);
  }
  return [...shifts.values()];
}

/** Everybody who holds the role, as the change of it leaves them. They may be a hundred thousand: they are counted, and the first are read. */
export async function shiftOfHolders(
  manager: EntityManager,
  { id: roleId, name, holders }: Pick<Role, 'id' | 'name' | 'holders'>,
  kind: 'lose' | 'keep',
  now: Date,
): Promise<RoleShift[]> {
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
