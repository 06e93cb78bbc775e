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
import { keyOf, NoSuchPlace, placeOf, type Place } from './directory-place';
import { isFoundBy, searchKey, searchWords, storedWord } from '../text/search-words';
import { planOf, type DirectoryQuery, type Plan, type Stretch } from './directory-plan';
import { UserWord } from '../users/user-word.entity';
import { User } from '../users/user.entity';

const shown = { id: true, email: true, name: true, active: true, createdAt: true, lastSignInAt: true };

type Person = Pick<User, keyof typeof shown>;

/** Somebody in the list, with the names of the roles that count now. */
export type Listed = Person & { roles: string[] };

interface Found {
  person: Person;
  place: Place;
}

/** An entry of an index: somebody, and the word by which they stand there. */
interface Entry {
  id: number;
  word?: string;
}

/** Neighbours in an index, and what they are ordered by. */
interface Range {
  where: Record<string, unknown>;
  by: Stretch['by'];
}

export interface DirectoryPage {
  people: Listed[];
  /** Where the list goes on, perhaps with nobody; null at its end. */
  next: Place | null;
  /** In words. */
  order: string;
}

/** So many people are looked at for each that a page could show; then it ends, and says where to go on. */
const PATIENCE = 4;

/** Finds people, in an order that an index has, at any number of users: a page looks at few more than it shows. */
@Injectable()
export class UserDirectory {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @throws NoSuchPlace */
  async page(query: DirectoryQuery, size: number, after?: Place): Promise<DirectoryPage> {
    const { stretches, order } = await this.plan(query, size);
    const found: Found[] = [];
    let looks = size * PATIENCE;
    for await (const seen of this.walk(stretches, size + 1, after)) {
      found.push(...(await this.fitting(seen, query)));
      looks -= seen.length;
      const last = found.length > size ? found[size - 1] : looks <= 0 ? seen.at(-1) : undefined;
      if (last) return { people: await this.listed(found.slice(0, size)), next: last.place, order };
    }
    return { people: await this.listed(found), next: null, order };
  }

  /** All of them, page by page, so that any number fits in memory. */
  async *all(query: DirectoryQuery, size = 500): AsyncGenerator<Listed[]> {
    const { stretches } = await this.plan(query, size);
    for await (const seen of this.walk(stretches, size)) yield this.listed(await this.fitting(seen, query));
  }

  private async plan(query: DirectoryQuery, size: number): Promise<Plan> {
    const { people } = await this.database.read.findOneByOrFail(AccessState, { id: AccessState.id });
    return planOf(query, people, size * PATIENCE);
  }

  private async *walk(stretches: readonly Stretch[], size: number, after?: Place): AsyncGenerator<Found[]> {
    const first = after ? stretches.findIndex(({ name }) => name === after.stretch) : 0;
    if (first < 0) throw new NoSuchPlace();
    for (const stretch of stretches.slice(first)) {
      for (let place = after?.stretch === stretch.name ? after : undefined; ;) {
        const found = await this.read(stretch, size, place);
        const last = found.at(-1);
        if (!last) break;
        yield found;
        place = last.place;
      }
    }
  }

  /** Two steps: where an index alone has the answer, no engine thinks of sorting the table instead. */
  private async read(stretch: Stretch, size: number, after?: Place): Promise<Found[]> {
    const entries = await this.entriesIn(stretch, size, after);
    if (entries.length === 0) return [];
    const ids = [...new Set(entries.map(({ id }) => id))];
    const people = await this.database.read.find(User, { select: shown, where: { id: In(ids) } });
    const byId = new Map(people.map((person) => [person.id, person]));
    return entries.flatMap(({ id, word }) => {
      const person = byId.get(id);
      return person ? { person, place: placeOf(stretch, person, word) } : [];
    });
  }

  private async entriesIn(stretch: Stretch, size: number, after?: Place): Promise<Entry[]> {
    if (stretch.roleId !== undefined) return this.holders(stretch, stretch.roleId, size, after);
    const entries: Entry[] = [];
    for (const range of rangesOf(stretch, after)) {
      const take = size - entries.length;
      if (take > 0)
        entries.push(
          ...(stretch.by === 'word' ? await this.words(range, take) : await this.users(stretch, range, take)),
        );
    }
    return entries;
  }

  private async words({ where, by }: Range, take: number): Promise<Entry[]> {
    const words = await this.database.read.find(UserWord, {
      where: where as FindOptionsWhere<UserWord>,
      order: by === 'word' ? { word: 'ASC', userId: 'ASC' } : { userId: 'ASC' },
      take,
    });
    return words.map(({ word, userId }) => ({ id: userId, word }));
  }

  private async users({ index, down }: Stretch, { where, by }: Range, take: number): Promise<Entry[]> {
    const direction = down ? 'DESC' : 'ASC';
    const order: FindOptionsOrder<User> = { [by]: direction, ...(isUnique(by) ? {} : { id: direction }) };
    const users = await this.database.read
      .createQueryBuilder(User, 'u')
      .useIndex(index)
      .setFindOptions({ select: { id: true }, where: where, order, take })
      .getMany();
    return users.map(({ id }) => ({ id }));
  }

  private async holders({ down }: Stretch, roleId: number, take: number, after?: Place): Promise<Entry[]> {
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
 * The rest of a stretch in ranges of its index: first who shares the key of the last one, then who comes behind. Among
 * the first only the id is left to go by; to be told of the key as well, MariaDB would sort them all.
 */
function rangesOf({ where, by, bounds, down }: Stretch, after?: Place): Range[] {
  if (!after) return [{ where: bounds.length > 0 ? { ...where, [by]: And(...bounds) } : where, by }];
  const key = keyOf(by, after);
  const behind = { where: { ...where, [by]: And(...bounds, beyond(down, key)) }, by };
  if (isUnique(by)) return [behind];
  const id = by === 'word' ? 'userId' : 'id';
  return [{ where: { ...where, [by]: Equal(key), [id]: beyond(down, after.id) }, by: 'id' }, behind];
}

function isUnique(by: Stretch['by']): boolean {
  return by === 'id' || by === 'email';
}

function beyond<T>(down: boolean, key: T): FindOperator<T> {
  return down ? LessThan(key) : MoreThan(key);
}

function fits({ person, place }: Found, { search, active, idleSince }: DirectoryQuery): boolean {
  if (active !== undefined && person.active !== active) return false;
  if (idleSince && person.lastSignInAt && person.lastSignInAt >= idleSince) return false;
  if (!search) return true;
  const key = searchKey(search);
  const words = searchWords(person).filter((word) => isFoundBy(word, key));
  return place.stretch === 'word' ? firstOf(words) === place.key : words.length > 0;
}

/** Who has several words that begin so is listed by the first of them, in the order of both engines. */
function firstOf(words: readonly string[]): string | undefined {
  return words.map(storedWord).sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))[0];
}
