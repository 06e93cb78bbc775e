import { Injectable } from '@nestjs/common';
import { counts, hasEnded } from '../access/holdings';
import { Clock } from '../config/clock';
import { Database } from '../database/database';
import { UserNames } from '../users/user-names.service';
import { Grant } from './grant.entity';

export interface GrantOfUser {
  role: string;
  roleId: number;
  grantedAt: Date;
  /** null: the operator, the start of the site, or they themselves as they registered. */
  grantedBy: { id: number; name: string | null } | null;
  from: Date | null;
  until: Date | null;
  reason: string | null;
  state: 'counts' | 'has ended' | 'is to begin';
}

/** What a user was given, and for which period. */
@Injectable()
export class UserHoldings {
  constructor(
    private readonly database: Database,
    private readonly names: UserNames,
    private readonly clock: Clock,
  ) {}

  /** The grant by which a user holds this role, now or later; null where there is none, or it has ended. */
  async heldGrant(userId: number, role: string): Promise<GrantOfUser | null> {
    const grants = await this.grantsOf(userId);
    return grants.find((grant) => grant.role === role && grant.state !== 'has ended') ?? null;
  }

  /** The names of the roles that a user holds, now or later. */
  async rolesOf(userId: number): Promise<string[]> {
    const grants = await this.grantsOf(userId);
    return grants.flatMap(({ role, state }) => (state === 'has ended' ? [] : role));
  }

  /** By the id of a role, how many of these users hold it, now or later. */
  async holdersAmong(userIds: readonly number[]): Promise<Map<number, number>> {
    if (userIds.length === 0) return new Map();
    const rows = await this.database.read
      .createQueryBuilder(Grant, 'g')
      .select('g.roleId', 'role')
      .addSelect('COUNT(*)', 'holders')
      .where('g.userId IN (:...userIds) AND (g.until IS NULL OR g.until > :now)', { userIds, now: this.clock.now() })
      .groupBy('g.roleId')
      .getRawMany<{ role: number; holders: number | string }>();
    return new Map(rows.map(({ role, holders }) => [role, Number(holders)]));
  }

  /** Ended ones too. */
  async grantsOf(userId: number): Promise<GrantOfUser[]> {
    const grants = await this.database.read.find(Grant, {
      where: { userId },
      relations: { role: true },
      order: { roleId: 'ASC' },
    });
    const givers = await this.names.calledOf(grants.flatMap(({ grantedBy }) => grantedBy ?? []));
    return grants.map((grant) => ({
      role: grant.role.name,
      roleId: grant.roleId,
      grantedAt: grant.grantedAt,
      grantedBy: grant.grantedBy === null ? null : { id: grant.grantedBy, name: givers.get(grant.grantedBy) ?? null },
      from: grant.from,
      until: grant.until,
      reason: grant.reason,
      state: this.stateOf(grant),
    }));
  }

  private stateOf(grant: Grant): GrantOfUser['state'] {
    const now = this.clock.now();
    if (counts(grant, now)) return 'counts';
    return hasEnded(grant, now) ? 'has ended' : 'is to begin';
  }
}
