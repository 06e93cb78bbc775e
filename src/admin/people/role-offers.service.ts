import { Injectable } from '@nestjs/common';
import type { Actor } from '../../audit/actor';
import { UsersService } from '../../accounts/users.service';
import { gainedIn } from '../../preview/access-diff';
import type { UserChange } from '../../preview/change';
import { Changes } from '../../preview/changes.service';
import type { Effect } from '../../preview/effect';

/** Each is a change that is made and undone to be shown; the roles behind them are shown by themselves. */
const SHOWN = 20;

interface OfferedRole {
  name: string;
  description: string;
}

/** What each of several roles would give one person, so that the form that offers them is the preview too. */
@Injectable()
export class RoleOffers {
  constructor(
    private readonly changes: Changes,
    private readonly users: UsersService,
  ) {}

  /**
   * Of the first roles. None for somebody whom the actor may not change: each would be refused.
   *
   * @param grantOf the change that gives the role of that name
   */
  async of(actor: Actor, userId: number, roles: readonly OfferedRole[], grantOf: (role: string) => UserChange) {
    if (!(await this.users.mayChange(actor, userId))) return [];
    const some = roles.slice(0, SHOWN);
    const effects = await this.changes.previewEach(
      actor,
      some.map(({ name }) => grantOf(name)),
    );
    return some.flatMap((role, i) => offerOf(role, effects[i]!));
  }
}

function offerOf({ name, description }: OfferedRole, { outcomes, first, digest }: Effect) {
  if (outcomes[0]?.result !== 'changed') return [];
  const gained = first.flatMap(({ diff }) => gainedIn(diff));
  return [{ name, description, digest, abilities: gained.map((one) => one.name) }];
}
