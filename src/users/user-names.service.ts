import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Database } from '../database/database';
import { isolated } from '../text/isolated';
import { User } from './user.entity';

/** What people are called whose ids are known. */
@Injectable()
export class UserNames {
  constructor(private readonly database: Database) {}

  /** The addresses of those who have an account, by their ids. */
  async addressesOf(ids: readonly number[]): Promise<Map<number, string>> {
    return new Map([...(await this.namesOf(ids))].map(([id, { email }]) => [id, email]));
  }

  /** What they are called, by their ids: their names, beside their addresses where two of them have one name. */
  async calledOf(ids: readonly number[]): Promise<Map<number, string>> {
    return calledIn(await this.namesOf(ids));
  }

  async namesOf(ids: readonly number[]): Promise<Map<number, { email: string; name: string }>> {
    if (ids.length === 0) return new Map();
    const found = await this.database.read.find(User, {
      select: { id: true, email: true, name: true },
      where: { id: In(ids) },
      order: { id: 'ASC' },
    });
    return new Map(found.map(({ id, email, name }) => [id, { email, name }]));
  }
}

/** As part of a sentence: a name that only one of them has, or an address where there is none, or both; by the same ids. */
export function calledIn(people: ReadonlyMap<number, { email: string; name: string }>): Map<number, string> {
  const bearers = new Map<string, number>();
  for (const { name } of people.values()) bearers.set(name, (bearers.get(name) ?? 0) + 1);
  return new Map(
    [...people].map(([id, { email, name }]) => {
      if (!name) return [id, email];
      return [id, bearers.get(name) === 1 ? isolated(name) : `${isolated(name)} (${email})`];
    }),
  );
}
