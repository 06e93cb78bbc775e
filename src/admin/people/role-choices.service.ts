import { Injectable } from '@nestjs/common';
import type { Principal } from '../../access/principal';
import { Clock } from '../../config/clock';
import { missingOf } from '../../roles/authority';
import type { RoleSummary } from '../../roles/find-role';
import { RolesService } from '../../roles/roles.service';
import { UserHoldings } from '../../roles/user-holdings.service';
import type { ChangeOfRole } from './user-change.form';

/** The roles that can be given to some people, or taken from them: one of them is chosen before its effect is shown. */
@Injectable()
export class RoleChoices {
  constructor(
    private readonly roles: RolesService,
    private readonly holdings: UserHoldings,
    private readonly clock: Clock,
  ) {}

  /** Those that this reader can pass on, if only for a time; and those that they can't. Of several people, with how many have each. */
  async of(change: ChangeOfRole, users: readonly number[], reader: Principal) {
    const holders = await this.holdings.holdersAmong(users);
    const roles = (await this.roles.all()).map((role) => ({ ...role, held: holders.get(role.id) ?? 0 }));
    const fitting = roles.filter(({ held }) => (change === 'grant' ? held < users.length : held > 0));
    const shown = ({ name, description, held }: (typeof roles)[number]) => ({
      name,
      description,
      held: users.length > 1 ? held : 0,
    });
    return {
      open: fitting.filter((role) => this.isWithin(role, reader)).map(shown),
      closed: fitting.filter((role) => !this.isWithin(role, reader)).map(shown),
    };
  }

  /** Whether this reader can pass the role on, if only for a time. */
  isWithin({ name, permissions }: Pick<RoleSummary, 'name' | 'permissions'>, reader: Principal): boolean {
    const now = this.clock.now();
    const until = new Date(now.getTime() + 1);
    return missingOf(reader, { role: name, permissions, until }, now).length === 0;
  }
}
