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

export interface PersonRow {
  user: number;
  /** How many grants they have. */
  given: number | string;
  /** These: "2,7/2026-07-01 00:00:00.000/", with the beginning and the end where there is one; null: none. */
  held: string | null;
}

/** By user; only of those who can sign in. */
export async function roleStagesOf(
  manager: EntityManager,
  ids: readonly number[],
  now: Date,
): Promise<Map<number, RoleStage[]>> {
  if (ids.length === 0) return new Map();
  const people = await peopleWithGrants(manager).andWhere('u.id IN (:...ids)', { ids }).getRawMany<PersonRow>();
  return new Map(people.map((person) => [person.user, stagesOf(person, now)]));
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
  for (
    let page: Promise<PersonRow[]> | null = pageOfHolders(manager, roleId, 0, pageSize);
    page;
    await yieldToOthers()
  ) {
    const people: PersonRow[] = await page;
    const last = people.at(-1);
    page = last && people.length === pageSize ? pageOfHolders(manager, roleId, last.user, pageSize) : null;
    yield people.map((person) => ({ user: person.user, stages: stagesOf(person, now) }));
  }
}

function pageOfHolders(manager: EntityManager, roleId: number, after: number, size: number): Promise<PersonRow[]> {
  return peopleWithGrants(manager)
    .innerJoin(Grant, 'h', 'h.userId = u.id')
    .andWhere('h.roleId = :roleId AND h.userId > :after', { roleId, after })
    .orderBy('u.id')
    .limit(size)
    .getRawMany<PersonRow>();
}

const bounds = "CONCAT('/', COALESCE(g.from, ''), '/', COALESCE(g.until, ''))";
const grantText = `CASE WHEN g.from IS NULL AND g.until IS NULL THEN g.roleId ELSE CONCAT(g.roleId, ${bounds}) END`;

/** One row for each person, from indexes alone; without the hint the engine would look each person up. */
function peopleWithGrants(manager: EntityManager): SelectQueryBuilder<User> {
  return manager
    .createQueryBuilder(User, 'u')
    .useIndex('users_active')
    .leftJoin(Grant, 'g', 'g.userId = u.id')
    .where('u.active = 1')
    .groupBy('u.id')
    .select(['u.id AS user', 'COUNT(g.roleId) AS given', `GROUP_CONCAT(${grantText}) AS held`]);
}

/** A server cuts off a text that is longer than its settings allow. */
export class TextCutOff extends Error {
  constructor() {
    super('The database cut off what somebody holds. Set its group_concat_max_len to 1048576 (bytes) or more.');
  }
}

/** @throws CutOff */
export function stagesOf({ given, held }: PersonRow, now: Date): RoleStage[] {
  const grants = held ? held.split(',') : [];
  if (grants.length !== Number(given)) throw new TextCutOff();
  if (!held?.includes('/')) return [{ from: now.getTime(), roles: grants.map(Number) }];
  const parsed = grants.map(grantOf);
  return momentsOf(parsed, now).map((moment) => {
    const roles = parsed.filter((grant) => counts(grant, moment)).map(({ role }) => role);
    return { from: moment.getTime(), roles };
  });
}

function grantOf(text: string) {
  const [role, from, until] = text.split('/');
  return { role: Number(role), from: momentOf(from), until: momentOf(until) };
}

/** Both engines write UTC. */
function momentOf(text?: string): Date | null {
  return text ? new Date(`${text}Z`) : null;
}

/** Now, and whatever later moment something begins or ends at, in their order. */
function momentsOf(grants: readonly ReturnType<typeof grantOf>[], now: Date): Date[] {
  const later = new Set<number>();
  for (const { from, until } of grants)
    for (const bound of [from, until]) if (bound && bound.getTime() > now.getTime()) later.add(bound.getTime());
  return [now, ...[...later].sort((a, b) => a - b).map((time) => new Date(time))];
}
