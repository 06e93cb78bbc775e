import { Inject, Injectable } from '@nestjs/common';
import { MoreThan } from 'typeorm';
import { counts, hasEnded } from '../access/holdings';
import { Clock } from '../config/clock';
import { settings, type Settings } from '../config/settings';
import { Database } from '../database/database';
import { Grant } from '../roles/grant.entity';
import { browserName } from './browser-name';
import { Session } from './session.entity';
import { UsersService } from './users.service';

export interface GrantOfUser {
  role: string;
  roleId: number;
  grantedAt: Date;
  /** null: the operator, the start of the site, or he himself as he registered. */
  grantedBy: { id: number; email: string | null } | null;
  from: Date | null;
  until: Date | null;
  reason: string | null;
  state: 'counts' | 'has ended' | 'is to begin';
}

export interface OpenSession {
  browser: string;
  ip: string | null;
  /** In UTC. */
  seen: string;
  isHere: boolean;
}

const MINUTE = 60_000;
const SESSIONS = 50;

/** What a user was given, and on which terms, and where he is signed in. */
@Injectable()
export class UserHoldings {
  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly clock: Clock,
    @Inject(settings.KEY) private readonly settings: Settings,
  ) {}

  /** Ended ones too. */
  async grantsOf(userId: number): Promise<GrantOfUser[]> {
    const grants = await this.database.read.find(Grant, {
      where: { userId },
      relations: { role: true },
      order: { roleId: 'ASC' },
    });
    const givers = await this.users.addressesOf(grants.flatMap(({ grantedBy }) => grantedBy ?? []));
    return grants.map((grant) => ({
      role: grant.role.name,
      roleId: grant.roleId,
      grantedAt: grant.grantedAt,
      grantedBy: grant.grantedBy === null ? null : { id: grant.grantedBy, email: givers.get(grant.grantedBy) ?? null },
      from: grant.from,
      until: grant.until,
      reason: grant.reason,
      state: this.stateOf(grant),
    }));
  }

  /** The ones last used first. @param here the hashed id of the session in which this is asked */
  async sessionsOf(userId: number, here: string): Promise<OpenSession[]> {
    const now = this.clock.now().getTime();
    const idleSince = now - this.settings.SESSION_IDLE_MINUTES * MINUTE;
    const sessions = await this.database.read.find(Session, {
      where: { userId, expiresAt: MoreThan(now) },
      order: { seenAt: 'DESC' },
      take: SESSIONS,
    });
    return sessions
      .filter(({ remember, seenAt }) => remember || seenAt > idleSince)
      .map(({ id, ip, agent, seenAt }) => ({
        browser: browserName(agent ?? ''),
        ip,
        seen: new Date(seenAt).toISOString().slice(0, 16).replace('T', ' '),
        isHere: id === here,
      }));
  }

  private stateOf(grant: Grant): GrantOfUser['state'] {
    const now = this.clock.now();
    if (counts(grant, now)) return 'counts';
    return hasEnded(grant, now) ? 'has ended' : 'is to begin';
  }
}
