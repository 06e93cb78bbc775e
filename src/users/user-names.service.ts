import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Database } from '../database/database';
import { isolated } from '../text/isolated';
import { looksOf } from '../text/skeleton';
import { User } from './user.entity';

interface Named {
  email: string;
  name: string;
}

/** What people are called whose ids are known. */
@Injectable()
export class UserNames {
  constructor(private readonly database: Database) {}

  /** The addresses of those who have an account, by their ids. */
  async addressesOf(ids: readonly number[]): Promise<Map<number, string>> {
    return new Map([...(await this.namesOf(ids))].map(([id, { email }]) => [id, email]));
  }

  /** What they are called in a sentence, by their ids. */
  async calledOf(ids: readonly number[]): Promise<Map<number, string>> {
    return calledIn(await this.namesOf(ids));
  }

  async namesOf(ids: readonly number[]): Promise<Map<number, Named>> {
    if (ids.length === 0) return new Map();
    const found = await this.database.read.find(User, {
      select: { id: true, email: true, name: true },
      where: { id: In(ids) },
      order: { id: 'ASC' },
    });
    return new Map(found.map(({ id, email, name }) => [id, { email, name }]));
  }
}

/**
 * As parts of a sentence, by the same ids: their names, or their addresses where they have none. Both where a name looks
 * like that of another of them, or like one of `others`, whom the sentence names besides.
 */
export function calledIn(people: ReadonlyMap<number, Named>, others: readonly string[] = []): Map<number, string> {
  const looks = new Map([...people].map(([id, { name }]) => [id, looksOf(name)]));
  const bearers = new Map<string, number>();
  for (const look of [...looks.values(), ...others.map(looksOf)].flat())
    bearers.set(look, (bearers.get(look) ?? 0) + 1);
  const isAlone = (id: number) => looks.get(id)?.every((look) => bearers.get(look) === 1);
  return new Map([...people].map(([id, one]) => [id, isAlone(id) ? called(one) : withAddress(one)]));
}

/** As part of a sentence about nobody else. A name that holds an address doesn't stand for the one whose address it is. */
export function called(person: Named): string {
  return person.name.includes('@') ? withAddress(person) : isolated(person.name) || person.email;
}

function withAddress({ name, email }: Named): string {
  return name ? `${isolated(name)} (${email})` : email;
}
