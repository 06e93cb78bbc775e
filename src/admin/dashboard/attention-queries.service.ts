import { Injectable } from '@nestjs/common';
import { Between, In, LessThanOrEqual, MoreThan } from 'typeorm';
import type { PermissionName } from '../../access/names';
import { AuditEvent } from '../../audit/audit-event.entity';
import { userIdOf } from '../../audit/describe-event';
import type { AuditAction } from '../../audit/event-names';
import { SignInEvent } from '../../audit/sign-in-event.entity';
import { Clock } from '../../config/clock';
import { AccessState } from '../../database/access-state.entity';
import { Database } from '../../database/database';
import { Grant } from '../../roles/grant.entity';
import { isAdminHeld } from '../../roles/last-administrator';
import { RolePermission } from '../../roles/role.entity';
import { User } from '../../users/user.entity';

const DAY = 24 * 60 * 60_000;

/** At most this many are read, however many there are. */
export const LOOKED_FOR = 51;

/** Everybody who administers the site holds this. */
const administers: PermissionName = 'admin-write';

/** Finds what needs attention. Each query reads few rows, by an index, however many people there are. */
@Injectable()
export class AttentionQueries {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The superuser, while they still have the password from the configuration. */
  async withConfiguredPassword(): Promise<User | null> {
    const { superuserId } = await this.database.read.findOneByOrFail(AccessState, { id: AccessState.id });
    if (superuserId === null) return null;
    return this.database.read.findOneBy(User, { id: superuserId, hasConfiguredPassword: true });
  }

  /** Whose passwords were guessed in the last day more often than an account takes. */
  async attacked(): Promise<User[]> {
    const events = await this.database.read.find(SignInEvent, {
      where: { kind: 'account attacked', lastAt: MoreThan(this.clock.now().getTime() - DAY) },
      order: { lastAt: 'DESC' },
      take: LOOKED_FOR,
    });
    const ids = events.flatMap(({ userId }) => userId ?? []);
    return ids.length > 0 ? this.database.read.find(User, { where: { id: In(ids) }, order: { id: 'ASC' } }) : [];
  }

  async isAttacked(userId: number): Promise<boolean> {
    const lastAt = MoreThan(this.clock.now().getTime() - DAY);
    return this.database.read.existsBy(SignInEvent, { userId, kind: 'account attacked', lastAt });
  }

  async isReported(userId: number): Promise<boolean> {
    const at = MoreThan(new Date(this.clock.now().getTime() - 7 * DAY));
    const action: AuditAction = 'user.not-me';
    return this.database.read.existsBy(AuditEvent, { subject: `user ${userId}`, action, at });
  }

  /** Who said in the last week that somebody else was in their account. */
  async reported(): Promise<User[]> {
    const action: AuditAction = 'user.not-me';
    const events = await this.database.read.find(AuditEvent, {
      select: { sequence: true, subject: true },
      where: { action, at: MoreThan(new Date(this.clock.now().getTime() - 7 * DAY)) },
      order: { sequence: 'DESC' },
      take: LOOKED_FOR,
    });
    const ids = events.flatMap(({ subject }) => userIdOf(subject) ?? []);
    return ids.length > 0 ? this.database.read.find(User, { where: { id: In(ids) }, order: { id: 'ASC' } }) : [];
  }

  /** People with a name or an address that earlier versions allowed and this one wouldn't, or that looks like another's. */
  async toRename(): Promise<User[]> {
    return this.database.read.find(User, { where: { needsRename: true }, order: { id: 'ASC' }, take: LOOKED_FOR });
  }

  /** Nobody who can sign in holds `Admin` without an end, so nobody can give what only such a person can. */
  async isWithoutAdministrator(): Promise<boolean> {
    return !(await isAdminHeld(this.database.read, this.clock.now()));
  }

  /** People who can sign in, and whose roles have all ended. A role that begins later counts as one. */
  async withoutRole(): Promise<User[]> {
    return this.database.read.find(User, {
      where: { active: true, lastGrantEndsAt: LessThanOrEqual(this.clock.now()) },
      order: { lastGrantEndsAt: 'ASC' },
      take: LOOKED_FOR,
    });
  }

  /** The ids of the grants that end within these days, the first to end first. */
  async grantsEnding(days: number): Promise<number[]> {
    const now = this.clock.now();
    const ending = await this.database.read.find(Grant, {
      select: { id: true },
      where: { until: Between(new Date(now.getTime() + 1), new Date(now.getTime() + days * DAY)) },
      order: { until: 'ASC' },
      take: LOOKED_FOR,
    });
    return ending.map(({ id }) => id);
  }

  async described(grantIds: readonly number[]): Promise<(Omit<Grant, 'user'> & { user: User })[]> {
    const grants = await this.database.read.find(Grant, {
      where: { id: In(grantIds) },
      relations: { role: true, user: true },
      order: { until: 'ASC' },
    });
    return grants as (Omit<Grant, 'user'> & { user: User })[];
  }

  /** Of the first `LOOKED_FOR` who administer the site: those who can, but have not signed in for so many days. */
  async idleAdministrators(days: number): Promise<User[]> {
    const since = this.clock.now().getTime() - days * DAY;
    const administrators = await this.administrators();
    return administrators.filter(({ lastSignInAt, createdAt }) => (lastSignInAt ?? createdAt).getTime() < since);
  }

  /** Of the first `LOOKED_FOR` who administer the site: those whose password alone signs them in. */
  async administratorsWithoutFactor(): Promise<User[]> {
    return (await this.administrators()).filter(({ factorsVersion }) => factorsVersion === null);
  }

  private async administrators(): Promise<User[]> {
    const now = this.clock.now();
    const found = await this.database.read
      .createQueryBuilder(Grant, 'g')
      .innerJoin(RolePermission, 'carried', 'carried.roleId = g.roleId AND carried.permission = :administers', {
        administers,
      })
      .select('g.userId', 'id')
      .distinct()
      .where('(g.from IS NULL OR g.from <= :now) AND (g.until IS NULL OR g.until > :now)', { now })
      .limit(LOOKED_FOR)
      .getRawMany<{ id: number }>();
    return this.database.read.findBy(User, { id: In(found.map(({ id }) => id)), active: true });
  }
}
