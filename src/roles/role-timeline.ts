import { setImmediate as others } from 'node:timers/promises';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { counts } from '../access/holdings';
import { Grant } from './grant.entity';
import { User } from '../users/user.entity';

/** Which roles count, by id, from a moment on in milliseconds since 1970. */
export interface Stage {
  from: number;
  roles: number[];
}

/** What somebody who can sign in holds: from now on, each stage until the next. */
export interface Held {
  user: number;
  stages: Stage[];
}

export interface PersonRow {
  user: number;
  /** How many roles they were given. */
  given: number | string;
  /** These: "2,7/2026-07-01 00:00:00.000/", with the beginning and the end where there is one; null: none. */
  held: string | null;
}

/** Of those of the users who can sign in. */
export async function heldBy(manager: EntityManager, ids: readonly number[], now: Date): Promise<Map<number, Stage[]>> {
  if (ids.length === 0) return new Map();
  const people = await peopleWithGrants(manager).andWhere('u.id IN (:...ids)', { ids }).getRawMany<PersonRow>();
  return new Map(people.map((person) => [person.user, stagesOf(person, now)]));
}

/**
 * Of everybody who was given the role and can sign in, in order of their ids. They may be a hundred thousand, so they
 * come in pages, each of which is read while the one before it is looked at, and others are served in between.
 */
export async function* heldByHolders(
  manager: EntityManager,
  roleId: number,
  now: Date,
  pageSize = 5000,
): AsyncGenerator<Held[]> {
  for (let page: Promise<PersonRow[]> | null = pageOfHolders(manager, roleId, 0, pageSize); page; await others()) {
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

/** A line for each, from indexes alone; the engine would rather look each of the people up. */
function peopleWithGrants(manager: EntityManager): SelectQueryBuilder<User> {
  return manager
    .createQueryBuilder(User, 'u')
    .useIndex('users_active')
    .leftJoin(Grant, 'g', 'g.userId = u.id')
    .where('u.active = 1')
    .groupBy('u.id')
    .select(['u.id AS user', 'COUNT(g.roleId) AS given', `GROUP_CONCAT(${grantText}) AS held`]);
}

/** A server gives up the rest of a text that is longer than it is set to. */
export class CutOff extends Error {
  constructor() {
    super('The database cut off what somebody holds. Set its group_concat_max_len to 1048576 (bytes) or more.');
  }
}

/** @throws CutOff */
export function stagesOf({ given, held }: PersonRow, now: Date): Stage[] {
  const grants = held ? held.split(',') : [];
  if (grants.length !== Number(given)) throw new CutOff();
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
