import { Injectable } from '@nestjs/common';
import { And, IsNull, LessThan, type ObjectLiteral, type SelectQueryBuilder } from 'typeorm';
import { Clock } from '../config/clock';
import { AccessState } from '../database/access-state.entity';
import { Database } from '../database/database';
import { Grant } from '../roles/grant.entity';
import { searchKey, storedWord } from '../text/search-words';
import { UserWord } from '../users/user-word.entity';
import { User } from '../users/user.entity';
import { beginningWith, ofState, type DirectoryQuery } from './directory-plan';

/** So many are counted. */
export const MOST_COUNTED = 1000;

export interface PeopleCount {
  people: number;
  /** Whether there are more. */
  isMore: boolean;
}

type Rows = SelectQueryBuilder<ObjectLiteral>;

/** How many people a list has, however many there are: from a counter, or from a short part of one index. */
@Injectable()
export class UserCounts {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** null: that would take a look at each of them. */
  async of({ search, role, active, isUnconfirmed, idleSince }: DirectoryQuery): Promise<PeopleCount | null> {
    const parts = [search, role, active, isUnconfirmed, idleSince].filter((part) => part !== undefined && part !== '');
    const isOnlyOne = parts.length === 1;
    if (search) return isOnlyOne ? this.withWord(searchKey(search)) : null;
    if (role) return isOnlyOne ? this.holdersOf(role.id) : null;
    if (isUnconfirmed) return isOnlyOne ? this.unconfirmed() : null;
    return idleSince ? this.idle(idleSince, active) : this.all(active);
  }

  private async all(active: boolean | undefined): Promise<PeopleCount> {
    const { people, activePeople } = await this.database.read.findOneByOrFail(AccessState, { id: AccessState.id });
    const count = active === undefined ? people : active ? activePeople : people - activePeople;
    return { people: count, isMore: false };
  }

  /** What is longer than a stored word, or ends with one, is compared person by person. */
  private async withWord(key: string): Promise<PeopleCount | null> {
    if (storedWord(key) !== key) return null;
    const found = await this.countOf((rows) =>
      rows
        .select('w.userId', 'id')
        .distinct()
        .from(UserWord, 'w')
        .where({ word: And(...beginningWith(key)) }),
    );
    return upTo(found);
  }

  private async idle(since: Date, active: boolean | undefined): Promise<PeopleCount> {
    const { index, where } = ofState({ active }, 'users_last_sign_in', 'users_active_last_sign_in');
    const countThose = (lastSignInAt: unknown) =>
      this.countOf((rows) =>
        rows
          .select('u.id', 'id')
          .from(User, 'u')
          .useIndex(index)
          .where({ ...where, lastSignInAt }),
      );
    return upTo((await countThose(LessThan(since))) + (await countThose(IsNull())));
  }

  private async unconfirmed(): Promise<PeopleCount> {
    const found = await this.countOf((rows) =>
      rows.select('u.id', 'id').from(User, 'u').useIndex('users_confirmed').where({ emailConfirmedAt: IsNull() }),
    );
    return upTo(found);
  }

  private async countOf(people: (rows: Rows) => Rows): Promise<number> {
    const row = await this.database.read
      .createQueryBuilder()
      .select('COUNT(*)', 'count')
      .from((rows: Rows) => people(rows).limit(MOST_COUNTED + 1), 'some')
      .getRawOne<{ count: number | string }>();
    return Number(row?.count);
  }

  /** Among so many grants that there may be more than `MOST_COUNTED` which count, ended ones beside them. */
  private async holdersOf(roleId: number): Promise<PeopleCount> {
    const seen = 2 * MOST_COUNTED;
    const grants = await this.database.read
      .createQueryBuilder()
      .select('COUNT(*)', 'seen')
      .addSelect(
        'SUM(CASE WHEN (starts IS NULL OR starts <= :now) AND (ends IS NULL OR ends > :now) THEN 1 ELSE 0 END)',
        'held',
      )
      .from(
        (rows: Rows) =>
          rows
            .select(['g.from AS starts', 'g.until AS ends'])
            .from(Grant, 'g')
            .useIndex('grants_role_user')
            .where({ roleId })
            .limit(seen),
        'some',
      )
      .setParameters({ now: this.clock.now() })
      .getRawOne<{ seen: number | string; held: number | string | null }>();
    const held = Number(grants?.held ?? 0);
    return Number(grants?.seen) < seen ? upTo(held) : { people: Math.min(held, MOST_COUNTED), isMore: true };
  }
}

function upTo(people: number): PeopleCount {
  return { people: Math.min(people, MOST_COUNTED), isMore: people > MOST_COUNTED };
}
