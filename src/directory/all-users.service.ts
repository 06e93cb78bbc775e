import { Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';
import { Clock } from '../config/clock';
import { AccessState } from '../database/access-state.entity';
import { Database } from '../database/database';
import { Grant } from '../roles/grant.entity';
import { User } from '../users/user.entity';

/** The users as a whole: how many there are, who came last, and every one of them. */
@Injectable()
export class AllUsers {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async newest(count: number): Promise<User[]> {
    return this.database.read.find(User, { order: { id: 'DESC' }, take: count });
  }

  /** How many accounts there are, from the counters kept with each change. */
  async figures(): Promise<{ people: number; activePeople: number }> {
    return this.database.read.findOneByOrFail(AccessState, { id: AccessState.id });
  }

  /** Every user by id with the names of their roles, in pages, so that any number fits in memory. */
  async *everybody(pageSize = 500): AsyncGenerator<{ user: User; roles: string[] }> {
    for (let after = 0; ;) {
      const page = await this.database.read.find(User, {
        where: { id: MoreThan(after) },
        order: { id: 'ASC' },
        take: pageSize,
      });
      const last = page.at(-1);
      if (!last) return;
      const roles = await this.rolesBetween(after, last.id);
      for (const user of page) yield { user, roles: roles.get(user.id) ?? [] };
      after = last.id;
    }
  }

  private async rolesBetween(after: number, last: number): Promise<Map<number, string[]>> {
    const grants = await this.database.read
      .createQueryBuilder(Grant, 'g')
      .innerJoinAndSelect('g.role', 'role')
      .where('g.userId > :after AND g.userId <= :last', { after, last })
      .andWhere('(g.until IS NULL OR g.until > :now)', { now: this.clock.now() })
      .orderBy('role.id')
      .getMany();
    const roles = new Map<number, string[]>();
    for (const { userId, role } of grants) roles.set(userId, [...(roles.get(userId) ?? []), role.name]);
    return roles;
  }
}
