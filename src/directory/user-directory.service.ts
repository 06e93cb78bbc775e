import { Injectable } from '@nestjs/common';
import {
  And,
  Equal,
  In,
  LessThan,
  MoreThan,
  type FindOperator,
  type FindOptionsOrder,
  type FindOptionsWhere,
} from 'typeorm';
import { counts } from '../access/holdings';
import { Clock } from '../config/clock';
import { AccessState } from '../database/access-state.entity';
import { Database } from '../database/database';
import { Grant } from '../roles/grant.entity';
import { isFoundBy, searchKey, searchWords, storedWord } from '../text/search-words';
import { UserWord } from '../users/user-word.entity';
import { User } from '../users/user.entity';
import { keyOf, InvalidCursor, cursorOf, type Cursor } from './directory-cursor';
import { planOf, type DirectoryQuery, type Plan, type IndexRange } from './directory-plan';

const shown = {
  id: true,
  email: true,
  name: true,
  active: true,
  createdAt: true,
  emailConfirmedAt: true,
  lastSignInAt: true,
};

type Person = Pick<User, keyof typeof shown>;

/** Somebody in the list, with the names of the roles that count now. */
export type Listed = Person & { roles: string[] };

interface Found {
  person: Person;
  cursor: Cursor;
}

/** An entry of an index: a user, and the word it lists them by. */
interface Entry {
  id: number;
  word?: string;
}

/** A part of an index range, and what orders it. */
interface KeyRange {
  where: Record<string, unknown>;
  by: IndexRange['by'];
}

export interface DirectoryPage extends Omit<Plan, 'ranges'> {
  people: Listed[];
  /** Where the next page begins, though it may be empty; null at the end. */
  next: Cursor | null;
}

/** A page reads at most so many people for each that it could show, then ends with a cursor. */
const PATIENCE = 4;

/** Finds people in the order of an index, however many there are: a page reads few more than it shows. */
@Injectable()
export class UserDirectory {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @throws InvalidCursor */
  async page(query: DirectoryQuery, size: number, after?: Cursor): Promise<DirectoryPage> {
    const { ranges, ...order } = await this.plan(query, size);
    const found: Found[] = [];
    let looks = size * PATIENCE;
    for await (const seen of this.walk(ranges, size + 1, after)) {
      found.push(...(await this.fitting(seen, query)));
      looks -= seen.length;
      const last = found.length > size ? found[size - 1] : looks <= 0 ? seen.at(-1) : undefined;
      if (last) return { people: await this.listed(found.slice(0, size)), next: last.cursor, ...order };
    }
    return { people: await this.listed(found), next: null, ...order };
  }

  /** All of them, page by page, so that any number fits in memory. */
  async *all(query: DirectoryQuery, size = 500): AsyncGenerator<Listed[]> {
    const { ranges } = await this.plan(query, size);
    for await (const seen of this.walk(ranges, size)) yield this.listed(await this.fitting(seen, query));
  }

  /** The ids of the first of them. */
  async first(query: DirectoryQuery, count: number): Promise<number[]> {
    const { ranges } = await this.plan(query, count);
    const ids: number[] = [];
    for await (const seen of this.walk(ranges, count)) {
      ids.push(...(await this.fitting(seen, query)).map(({ person }) => person.id));
      if (ids.length >= count) break;
    }
    return ids.slice(0, count);
  }

  private async plan(query: DirectoryQuery, size: number): Promise<Plan> {
    const { people } = await this.database.read.findOneByOrFail(AccessState, { id: AccessState.id });
    return planOf(query, people, size * PATIENCE);
  }

  private async *walk(ranges: readonly IndexRange[], size: number, after?: Cursor): AsyncGenerator<Found[]> {
    const first = after ? ranges.findIndex(({ name }) => name === after.range) : 0;
    if (first < 0) throw new InvalidCursor();
    for (const range of ranges.slice(first)) {
      for (let cursor = after?.range === range.name ? after : undefined; ;) {
        const found = await this.read(range, size, cursor);
        const last = found.at(-1);
        if (!last) break;
        yield found;
        cursor = last.cursor;
      }
    }
  }

  /** In two steps, so that an index alone answers the first and no engine sorts the table instead. */
  private async read(range: IndexRange, size: number, after?: Cursor): Promise<Found[]> {
    const entries = await this.entriesIn(range, size, after);
    if (entries.length === 0) return [];
    const ids = [...new Set(entries.map(({ id }) => id))];
    const people = await this.database.read.find(User, { select: shown, where: { id: In(ids) } });
    const byId = new Map(people.map((person) => [person.id, person]));
    return entries.flatMap(({ id, word }) => {
      const person = byId.get(id);
      return person ? { person, cursor: cursorOf(range, person, word) } : [];
    });
  }

  private async entriesIn(range: IndexRange, size: number, after?: Cursor): Promise<Entry[]> {
    if (range.roleId !== undefined) return this.holders(range, range.roleId, size, after);
    const entries: Entry[] = [];
    for (const keyRange of keyRangesOf(range, after)) {
      const take = size - entries.length;
      if (take > 0)
        entries.push(
          ...(range.by === 'word' ? await this.words(keyRange, take) : await this.users(range, keyRange, take)),
        );
    }
    return entries;
  }

  private async words({ where, by }: KeyRange, take: number): Promise<Entry[]> {
    const words = await this.database.read.find(UserWord, {
      where: where as FindOptionsWhere<UserWord>,
      order: by === 'word' ? { word: 'ASC', userId: 'ASC' } : { userId: 'ASC' },
      take,
    });
    return words.map(({ word, userId }) => ({ id: userId, word }));
  }

  private async users({ index, down }: IndexRange, { where, by }: KeyRange, take: number): Promise<Entry[]> {
    const direction = down ? 'DESC' : 'ASC';
    const order: FindOptionsOrder<User> = { [by]: direction, ...(isUnique(by) ? {} : { id: direction }) };
    const users = await this.database.read
      .createQueryBuilder(User, 'u')
      .useIndex(index)
      .setFindOptions({ select: { id: true }, where: where, order, take })
      .getMany();
    return users.map(({ id }) => ({ id }));
  }

  private async holders({ down }: IndexRange, roleId: number, take: number, after?: Cursor): Promise<Entry[]> {
    const grants = await this.database.read.find(Grant, {
      select: { userId: true },
      where: { roleId, ...(after ? { userId: beyond(down, after.id) } : {}) },
      order: { userId: down ? 'DESC' : 'ASC' },
      take,
    });
    return grants.map(({ userId }) => ({ id: userId }));
  }

  private async fitting(seen: readonly Found[], query: DirectoryQuery): Promise<Found[]> {
    const found = seen.filter((it) => fits(it, query));
    if (!query.role || found.length === 0) return found;
    const holders = await this.holdersAmong(found, query.role.id);
    return found.filter(({ person }) => holders.has(person.id));
  }

  private async holdersAmong(found: readonly Found[], roleId: number): Promise<Set<number>> {
    const userIds = found.map(({ person }) => person.id);
    const grants = await this.database.read.findBy(Grant, { userId: In(userIds), roleId });
    const now = this.clock.now();
    return new Set(grants.filter((grant) => counts(grant, now)).map(({ userId }) => userId));
  }

  private async listed(found: readonly Found[]): Promise<Listed[]> {
    if (found.length === 0) return [];
    const userIds = found.map(({ person }) => person.id);
    const grants = await this.database.read.find(Grant, {
      where: { userId: In(userIds) },
      relations: { role: true },
    });
    const now = this.clock.now();
    const roles = new Map(userIds.map((id): [number, string[]] => [id, []]));
    for (const grant of grants.sort((one, other) => one.roleId - other.roleId))
      if (counts(grant, now)) roles.get(grant.userId)?.push(grant.role.name);
    return found.map(({ person }) => ({ ...person, roles: roles.get(person.id) ?? [] }));
  }
}

/**
 * The rest of a range in two parts: first people with the same key as the last one, then those after them. The first
 * part is ordered by the id alone: ordered by the key as well, MariaDB would sort all of it.
 */
function keyRangesOf({ where, by, bounds, down }: IndexRange, after?: Cursor): KeyRange[] {
  if (!after) return [{ where: bounds.length > 0 ? { ...where, [by]: And(...bounds) } : where, by }];
  const key = keyOf(by, after);
  const behind = { where: { ...where, [by]: And(...bounds, beyond(down, key)) }, by };
  if (isUnique(by)) return [behind];
  const id = by === 'word' ? 'userId' : 'id';
  return [{ where: { ...where, [by]: Equal(key), [id]: beyond(down, after.id) }, by: 'id' }, behind];
}

function isUnique(by: IndexRange['by']): boolean {
  return by === 'id' || by === 'email';
}

function beyond<T>(down: boolean, key: T): FindOperator<T> {
  return down ? LessThan(key) : MoreThan(key);
}

function fits({ person, cursor }: Found, { search, active, isUnconfirmed, idleSince }: DirectoryQuery): boolean {
  if (isUnconfirmed && person.emailConfirmedAt) return false;
  if (active !== undefined && person.active !== active) return false;
  if (idleSince && person.lastSignInAt && person.lastSignInAt >= idleSince) return false;
  if (!search) return true;
  const key = searchKey(search);
  const words = searchWords(person).filter((word) => isFoundBy(word, key));
  return cursor.range === 'word' ? firstOf(words) === cursor.key : words.length > 0;
}

/** People with several matching words are listed by the first of them, in the order that both engines have. */
function firstOf(words: readonly string[]): string | undefined {
  return words.map(storedWord).sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))[0];
}
