import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { counts } from '../access/holdings';
import { User } from '../users/user.entity';
import { Grant } from './grant.entity';

/** The roles that count, by id, from a moment on, in milliseconds since 1970. */
export interface RoleStage {
  from: number;
  roles: number[];
}

/** What somebody who can sign in holds from now on: each stage lasts until the next. */
export interface RoleTimeline {
  user: number;
  stages: RoleStage[];
}

interface RoleGrant {
  role: number;
  from: Date | null;
  until: Date | null;
}

/** By user; only of those who can sign in. */
export async function roleStagesOf(
  manager: EntityManager,
  ids: readonly number[],
  now: Date,
): Promise<Map<number, RoleStage[]>> {
  if (ids.length === 0) return new Map();
  const people = await grantsOf(manager, (active) => active.andWhere('u.id IN (:...ids)', { ids }));
  return new Map([...people].map(([user, grants]) => [user, stagesOf(grants, now)]));
}

/**
 * The timelines of everybody who was given the role and can sign in, by id. They may be a hundred thousand, so they come
 * in pages. Each is read while the one before it is used, and other requests are served in between.
 */
export async function* roleTimelinesOfHolders(
  manager: EntityManager,
  roleId: number,
  now: Date,
  pageSize = 5000,
): AsyncGenerator<RoleTimeline[]> {
  type Page = Promise<Map<number, RoleGrant[]>>;
  for (let page: Page | null = pageOfHolders(manager, roleId, 0, pageSize); page; await yieldToOthers()) {
    const people: Awaited<Page> = await page;
    const last = [...people.keys()].at(-1);
    page = last && people.size === pageSize ? pageOfHolders(manager, roleId, last, pageSize) : null;
    yield [...people].map(([user, grants]) => ({ user, stages: stagesOf(grants, now) }));
  }
}

function pageOfHolders(manager: EntityManager, roleId: number, after: number, size: number) {
  return grantsOf(manager, (active) =>
    active
      .innerJoin(Grant, 'h', 'h.userId = u.id')
      .andWhere('h.roleId = :roleId AND h.userId > :after', { roleId, after })
      .orderBy('u.id')
      .limit(size),
  );
}

/** A row for each grant, or one for somebody who has none. */
interface GrantRow {
  user: number;
  role: number | null;
  begins: Date | string | null;
  ends: Date | string | null;
}

/** By user, in the order of their ids: from indexes alone; without the hint the engine would look each person up. */
async function grantsOf(
  manager: EntityManager,
  chosen: (active: SelectQueryBuilder<User>) => SelectQueryBuilder<User>,
): Promise<Map<number, RoleGrant[]>> {
  const rows = await manager
    .createQueryBuilder()
    .select(['p.id AS user', 'g.roleId AS role', 'g.from AS begins', 'g.until AS ends'])
    .from(
      (query) => chosen(query.from(User, 'u').useIndex('users_active').where('u.active = 1')).select('u.id', 'id'),
      'p',
    )
    .leftJoin(Grant, 'g', 'g.userId = p.id')
    .orderBy('p.id')
    .addOrderBy('g.roleId')
    .getRawMany<GrantRow>();
  const grants = new Map<number, RoleGrant[]>();
  for (const { user, role, begins, ends } of rows) {
    const own = grants.get(user) ?? [];
    if (role !== null) own.push({ role, from: momentOf(begins), until: momentOf(ends) });
    grants.set(user, own);
  }
  return grants;
}

/** Rows hold what the engine's driver makes of a moment: a Date, or a text in UTC. */
function momentOf(stored: Date | string | null): Date | null {
  return typeof stored === 'string' ? new Date(`${stored}Z`) : stored;
}

export function stagesOf(grants: readonly RoleGrant[], now: Date): RoleStage[] {
  return momentsOf(grants, now).map((moment) => {
    const roles = grants.filter((grant) => counts(grant, moment)).map(({ role }) => role);
    return { from: moment.getTime(), roles };
  });
}

/** Now, and whatever later moment something begins or ends at, in their order. */
function momentsOf(grants: readonly RoleGrant[], now: Date): Date[] {
  const later = new Set<number>();
  for (const { from, until } of grants)
    for (const bound of [from, until]) if (bound && bound.getTime() > now.getTime()) later.add(bound.getTime());
  return [now, ...[...later].sort((a, b) => a - b).map((time) => new Date(time))];
}
