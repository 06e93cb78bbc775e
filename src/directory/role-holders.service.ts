import { Injectable } from '@nestjs/common';
import { In, MoreThan } from 'typeorm';
import { Database } from '../database/database';
import { Grant } from '../roles/grant.entity';
import { User } from '../users/user.entity';

export interface RoleHolder extends Pick<User, 'id' | 'email' | 'name' | 'active'>, Pick<Grant, 'from' | 'until'> {}

/** Who was given a role. In pages by user id, so that any number fits. */
@Injectable()
export class RoleHolders {
  constructor(private readonly database: Database) {}

  /** At most `count` of them after the user with the id `after`, ended grants included; `next` goes on. */
  async page(
    roleId: number,
    { after, count }: { after: number; count: number },
  ): Promise<{ holders: RoleHolder[]; next: number | null }> {
    const found = await this.database.read.find(Grant, {
      where: { roleId, userId: MoreThan(after) },
      order: { userId: 'ASC' },
      take: count + 1,
    });
    const grants = found.slice(0, count);
    const users = await this.database.read.findBy(User, { id: In(grants.map(({ userId }) => userId)) });
    return {
      holders: grants.flatMap((grant) =>
        users.filter(({ id }) => id === grant.userId).map((user) => held(user, grant)),
      ),
      next: found.length > count ? (grants.at(-1)?.userId ?? null) : null,
    };
  }
}

function held({ id, email, name, active }: User, { from, until }: Grant): RoleHolder {
  return { id, email, name, active, from, until };
}
