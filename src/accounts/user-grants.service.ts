import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { hasEnded } from '../access/holdings';
import type { Actor } from '../audit/actor';
import { Clock } from '../config/clock';
import { Database, newVersion } from '../database/database';
import type { Authority } from '../roles/authority';
import { ensureGivable, findRole, powerOf } from '../roles/find-role';
import { describeGrant, haveSamePeriod, grantPeriodOf, type GrantPeriod } from '../roles/grant-period';
import { insertGrant, removeGrant } from '../roles/grant-rows';
import { Grant } from '../roles/grant.entity';
import { ensureAdministratorRemains } from '../roles/last-administrator';
import { RoleNotHeld } from '../users/user-errors';
import { User } from '../users/user.entity';
import { UserTransactions } from './user-transactions.service';

/** The one way in for changes of the roles that users hold. */
@Injectable()
export class UserGrants {
  constructor(
    private readonly transactions: UserTransactions,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Gives a role. To somebody who holds it already, only another period is a change; one that has ended is given anew.
   *
   * @returns false when they hold it so already.
   * @throws UserNotFound, RoleNotFound, RoleWithoutFeature, InvalidGrantPeriod, NotPermitted, BeyondAuthority, LastAdministrator
   */
  async give(actor: Actor, email: string, roleName: string, period: GrantPeriod = {}): Promise<boolean> {
    return this.transactions.change(actor, email, async (manager, user, authority) => {
      const { role, known, held } = await this.grantOf(manager, user, roleName);
      if (held && haveSamePeriod(held, grantPeriodOf(period, held, this.clock.now()))) return false;
      await this.replaceGrant(manager, actor, authority, { user, role, known, held, period });
      return true;
    });
  }

  /**
   * Changes until when, and why, somebody holds a role.
   *
   * @returns false when they hold it so already.
   * @throws UserNotFound, RoleNotFound, RoleWithoutFeature, RoleNotHeld, InvalidGrantPeriod, NotPermitted, BeyondAuthority, LastAdministrator
   */
  async changeEnd(
    actor: Actor,
    email: string,
    roleName: string,
    period: Pick<GrantPeriod, 'until' | 'reason'>,
  ): Promise<boolean> {
    return this.transactions.change(actor, email, async (manager, user, authority) => {
      const { role, known, held } = await this.grantOf(manager, user, roleName);
      if (!held) throw new RoleNotHeld(roleName);
      const wanted = grantPeriodOf(period, held, this.clock.now());
      if (haveSamePeriod(held, wanted) && held.reason === wanted.reason) return false;
      await this.replaceGrant(manager, actor, authority, { user, role, known, held, period });
      return true;
    });
  }

  /** @returns false when they did not hold it. @throws UserNotFound, RoleNotFound, NotPermitted, BeyondAuthority, LastAdministrator */
  async revoke(actor: Actor, email: string, roleName: string, reason: string | null = null): Promise<boolean> {
    return this.transactions.change(actor, email, async (manager, user) => {
      const role = await findRole(manager, roleName);
      const grant = await manager.findOneBy(Grant, { userId: user.id, roleId: role.id });
      if (!grant || hasEnded(grant, this.clock.now())) return false;
      await removeGrant(manager, grant);
      await manager.update(User, user.id, { accessVersion: newVersion() });
      await ensureAdministratorRemains(manager, this.clock.now(), this.database.read);
      await this.transactions.record(manager, actor, 'grant.remove', user, {
        before: describeGrant(role, grant),
        reason,
      });
      return true;
    });
  }

  /** The grant that is there, if any; `held`: unless it has ended. */
  private async grantOf(manager: EntityManager, user: User, roleName: string) {
    const role = await findRole(manager, roleName);
    const known = await manager.findOneBy(Grant, { userId: user.id, roleId: role.id });
    return { role, known, held: known && !hasEnded(known, this.clock.now()) ? known : null };
  }

  private async replaceGrant(
    manager: EntityManager,
    actor: Actor,
    authority: Authority,
    { user, role, known, held, period }: { user: User; period: GrantPeriod } & Awaited<ReturnType<typeof this.grantOf>>,
  ): Promise<void> {
    const { from, until, reason } = grantPeriodOf(period, held, this.clock.now());
    ensureGivable(role);
    authority.ensureCovers([powerOf(role, until)]);
    if (known) await removeGrant(manager, known);
    const grantedAt = this.clock.now();
    await insertGrant(manager, actor, { userId: user.id, roleId: role.id, grantedAt, from, until, reason });
    await manager.update(User, user.id, { accessVersion: newVersion() });
    if (held) await ensureAdministratorRemains(manager, this.clock.now(), this.database.read);
    await this.transactions.record(manager, actor, held ? 'grant.change' : 'grant.add', user, {
      ...(held ? { before: describeGrant(role, held) } : {}),
      after: describeGrant(role, { from, until }),
      reason: period.reason?.trim() || null,
    });
  }
}
