import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { hasEnded } from '../access/holdings';
import type { Actor } from '../audit/actor';
import { Clock } from '../config/clock';
import { Database, newVersion } from '../database/database';
import type { Authority } from '../roles/authority';
import { ensureGivable, findRole, powerOf } from '../roles/find-role';
import { haveSamePeriod, grantPeriodOf, type GrantPeriod } from '../roles/grant-period';
import { giverOf, insertGrant, removeGrant } from '../roles/grant-rows';
import { Grant } from '../roles/grant.entity';
import { ensureAdministratorRemains } from '../roles/last-administrator';
import { describeGrant, type GrantContent } from '../roles/recorded-grant';
import type { Role } from '../roles/role.entity';
import { RoleNotHeld } from '../users/user-errors';
import { User } from '../users/user.entity';
import { UserTransactions } from './user-transactions.service';

/** A role of a user: the grant that is there, if any; `held`: unless it has ended. */
interface Place {
  user: User;
  role: Role;
  known: Grant | null;
  held: Grant | null;
}

/** Why a grant is changed, and the event of the audit log that this takes back. */
interface Cause {
  reason?: string | null | undefined;
  undoes?: number | undefined;
}

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
      const place = await this.placeOf(manager, user, roleName);
      const wanted = grantPeriodOf(period, place.held, this.clock.now());
      if (place.held && haveSamePeriod(place.held, wanted)) return false;
      await this.put(manager, actor, authority, place, this.givenBy(actor, wanted), period);
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
      const place = await this.placeOf(manager, user, roleName);
      const { held } = place;
      if (!held) throw new RoleNotHeld(roleName);
      const wanted = grantPeriodOf(period, held, this.clock.now());
      if (haveSamePeriod(held, wanted) && held.reason === wanted.reason) return false;
      await this.put(manager, actor, authority, place, this.givenBy(actor, wanted), period);
      return true;
    });
  }

  /** @returns false when they did not hold it. @throws UserNotFound, RoleNotFound, NotPermitted, BeyondAuthority, LastAdministrator */
  async revoke(actor: Actor, email: string, roleName: string, reason: string | null = null): Promise<boolean> {
    return this.transactions.change(actor, email, async (manager, user, authority) => {
      const place = await this.placeOf(manager, user, roleName);
      if (!place.held) return false;
      await this.put(manager, actor, authority, place, null, { reason });
      return true;
    });
  }

  /**
   * Makes a grant again what it was before an event of the audit log, by whom, since when and why; judged as a grant that
   * is given, changed or taken now.
   *
   * @param was null: they did not hold the role
   * @returns false when that gives and takes nothing, as by now it has ended.
   * @throws UserNotFound, RoleNotFound, RoleWithoutFeature, NotPermitted, BeyondAuthority, LastAdministrator
   */
  async restore(
    actor: Actor,
    email: string,
    roleName: string,
    was: GrantContent | null,
    cause: Required<Cause>,
  ): Promise<boolean> {
    return this.transactions.change(actor, email, async (manager, user, authority) => {
      const place = await this.placeOf(manager, user, roleName);
      if (!place.held && !this.isHeld(was)) return false;
      await this.put(manager, actor, authority, place, was, cause);
      return true;
    });
  }

  private async placeOf(manager: EntityManager, user: User, roleName: string): Promise<Place> {
    const role = await findRole(manager, roleName);
    const known = await manager.findOneBy(Grant, { userId: user.id, roleId: role.id });
    return { user, role, known, held: this.isHeld(known) ? known : null };
  }

  private givenBy(actor: Actor, period: Pick<GrantContent, 'from' | 'until' | 'reason'>): GrantContent {
    return { ...period, grantedBy: giverOf(actor), grantedAt: this.clock.now() };
  }

  private isHeld<Content extends Pick<GrantContent, 'until'>>(content: Content | null): content is Content {
    return content !== null && !hasEnded(content, this.clock.now());
  }

  /** Puts a grant in the place of the one that is there, or none. */
  private async put(
    manager: EntityManager,
    actor: Actor,
    authority: Authority,
    { user, role, known, held }: Place,
    content: GrantContent | null,
    { reason, undoes }: Cause,
  ): Promise<void> {
    const given = this.isHeld(content) ? content : null;
    if (given) {
      ensureGivable(role);
      authority.ensureCovers([powerOf(role, given.until)]);
    }
    if (known) await removeGrant(manager, known);
    if (content) await insertGrant(manager, { userId: user.id, roleId: role.id, ...content });
    await manager.update(User, user.id, { accessVersion: newVersion() });
    if (held) await ensureAdministratorRemains(manager, this.clock.now(), this.database.read);
    await this.transactions.record(manager, actor, actionOf(held, given), user, {
      roleId: role.id,
      ...(held ? { before: describeGrant(role, held) } : {}),
      ...(given ? { after: describeGrant(role, given, held ? null : known) } : {}),
      reason: reason?.trim() || null,
      undoes,
    });
  }
}

function actionOf(held: GrantContent | null, given: GrantContent | null) {
  if (!given) return 'grant.remove';
  return held ? 'grant.change' : 'grant.add';
}
