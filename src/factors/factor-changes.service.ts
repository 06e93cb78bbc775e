import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AccountEnds } from '../accounts/account-end';
import type { Actor } from '../audit/actor';
import { AuditService } from '../audit/audit.service';
import type { AuditAction } from '../audit/event-names';
import { Clock } from '../config/clock';
import { Database, newVersion } from '../database/database';
import { Authority } from '../roles/authority';
import { Session } from '../sessions/session.entity';
import { endOthers, type SessionRenewal } from '../sessions/sessions.service';
import { NoSuchUser } from '../users/user-errors';
import { User } from '../users/user.entity';
import { AuthenticatorApp } from './authenticator-app.entity';
import { confirmed } from './confirmed';
import { Passkey } from './passkey.entity';
import { RecoveryCode } from './recovery-code.entity';

interface FactorChange<T> {
  userId: number;
  action: AuditAction;
  /** The session in which it is made, which goes on under a new id; without it, all end. */
  keep?: SessionRenewal | undefined;
  /** Names no secret. */
  after?: (result: T) => object;
}

/**
 * The one way in which somebody's second factors change: with authority over them, all their other sessions end, whoever
 * is on the way in by what they had before is refused, and it is recorded. All of it or nothing.
 */
@Injectable()
export class FactorChanges {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly ends: AccountEnds,
    private readonly clock: Clock,
  ) {}

  /** @throws NoSuchUser, NotPermitted, BeyondAuthority, and what `work` throws */
  async change<T>(
    actor: Actor,
    { userId, action, keep, after }: FactorChange<T>,
    work: (manager: EntityManager, user: User) => Promise<T>,
  ): Promise<T> {
    return this.database.changeAccess(async (manager) => {
      const user = await manager.findOneBy(User, { id: userId });
      if (!user) throw new NoSuchUser();
      await Authority.over(manager, actor, userId, this.clock.now(), 'user-write');
      const result = await work(manager, user);
      await this.noteChange(manager, userId);
      if (keep) await endOthers(manager, userId, keep);
      else await manager.delete(Session, { userId });
      await this.ends.others(manager, userId);
      await this.audit.append(manager, { actor, action, subject: `user ${userId}`, after: after?.(result) });
      return result;
    });
  }

  /** Whoever is on the way in by what they had before is refused. */
  async noteChange(manager: EntityManager, userId: number): Promise<void> {
    const factorsVersion = (await hasSecondFactor(manager, userId)) ? newVersion() : null;
    await manager.update(User, userId, { factorsVersion, accessVersion: newVersion() });
    // Without a second factor they stand in for nothing.
    if (factorsVersion === null) await manager.delete(RecoveryCode, { userId });
  }
}

async function hasSecondFactor(manager: EntityManager, userId: number): Promise<boolean> {
  return (
    (await manager.existsBy(AuthenticatorApp, { userId, confirmedAt: confirmed })) ||
    (await manager.existsBy(Passkey, { userId }))
  );
}
