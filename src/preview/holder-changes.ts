import { In, IsNull, LessThanOrEqual, MoreThan, type EntityManager } from 'typeorm';
import { Grant } from '../roles/grant.entity';
import { haveSamePeriod } from '../roles/grant-period';
import type { Role } from '../roles/role.entity';
import { User } from '../users/user.entity';

/**
 * Who gains a role, loses it, has it for another period, or keeps it while the role itself changes; or keeps it while it
 * stops or starts to count for them, as their account is deactivated or activated.
 */
export interface HolderChange {
  role: string;
  kind: 'gain' | 'lose' | 'period' | 'keep' | 'stop' | 'start';
  /** The end of what is gained, or of another period; null: none. */
  until?: Date | null;
  people: number;
  /** The first of them, by id. */
  first: number[];
}

const SHOWN = 50;

const none: State['roles'] = new Map();

interface State {
  active: boolean;
  /** By their names: without those that have ended, with those that begin later. */
  roles: Map<string, Pick<Grant, 'from' | 'until'>>;
}

/** Only of the users that exist. */
export async function rolesHeldBy(
  manager: EntityManager,
  userIds: readonly number[],
  now: Date,
): Promise<Map<number, State>> {
  const where = { id: In([...userIds]) };
  const users = await manager.find(User, { select: { id: true, active: true }, where, order: { id: 'ASC' } });
  const held = new Map(users.map(({ id, active }): [number, State] => [id, { active, roles: new Map() }]));
  const grants = await manager.find(Grant, {
    where: notEnded({ userId: In([...userIds]) }, now),
    relations: { role: true },
    order: { roleId: 'ASC' },
  });
  for (const { userId, role, from, until } of grants) held.get(userId)?.roles.set(role.name, { from, until });
  return held;
}

/** Of those who have an account before the change. */
export function holderChangesBetween(
  before: ReadonlyMap<number, State>,
  after: ReadonlyMap<number, State>,
): HolderChange[] {
  const changes = new Map<string, HolderChange>();
  const count = (what: Pick<HolderChange, 'kind' | 'role' | 'until'>, user: number) => {
    const key = JSON.stringify(what);
    const change = changes.get(key) ?? { ...what, people: 0, first: [] };
    changes.set(key, change);
    change.people += 1;
    if (change.first.length < SHOWN) change.first.push(user);
  };
  for (const [user, was] of before) {
    const is = after.get(user) ?? { active: was.active, roles: none };
    for (const role of was.roles.keys()) if (!is.roles.has(role)) count({ kind: 'lose', role }, user);
    for (const [role, period] of is.roles) {
      const before = was.roles.get(role);
      if (!before) count({ kind: 'gain', role, until: period.until }, user);
      else if (was.active !== is.active) count({ kind: is.active ? 'start' : 'stop', role }, user);
      else if (!haveSamePeriod(before, period)) count({ kind: 'period', role, until: period.until }, user);
    }
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
