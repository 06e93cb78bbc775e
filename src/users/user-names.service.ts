import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Database } from '../database/database';
import { User } from './user.entity';

/** What people are called whose ids are known. */
@Injectable()
export class UserNames {
  constructor(private readonly database: Database) {}

  /** The addresses of those who have an account, by their ids. */
  async addressesOf(ids: readonly number[]): Promise<Map<number, string>> {
    return new Map([...(await this.namesOf(ids))].map(([id, { email }]) => [id, email]));
  }

  /** What they are called, by their ids: their names, or the addresses of those who gave none. */
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

/** A name, or an address where there is none, by the same ids. */
export function calledIn(people: ReadonlyMap<number, { email: string; name: string }>): Map<number, string> {
  return new Map([...people].map(([id, { email, name }]) => [id, name || email]));
}
