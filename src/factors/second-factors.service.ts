import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan, Not, type EntityManager } from 'typeorm';
import { EndsWithAccount, type AccountEnd } from '../accounts/account-end';
import type { Actor } from '../audit/actor';
import { Clock } from '../config/clock';
import { Database } from '../database/database';
import type { SecondFactor } from '../sessions/session.entity';
import { Sessions, type SessionRenewal } from '../sessions/sessions.service';
import { User } from '../users/user.entity';
import { AuthenticatorApp } from './authenticator-app.entity';
import { AuthenticatorApps } from './authenticator-apps.service';
import { NoSecondFactor, OwnSecondFactors } from './factor-errors';
import { FactorChanges } from './factor-changes.service';
import { wasGivenMore } from './given-more';
import { Passkey } from './passkey.entity';
import { RecoveryCodes } from './recovery-codes.service';

/** So long a mail about what somebody else did may be answered. */
const LATELY = 4 * 24 * 60 * 60_000;

/** What somebody has besides their password. */
export interface FactorsOfUser {
  /** Since when; null: no authenticator app. */
  app: Date | null;
  passkeys: number;
  recoveryCodesLeft: number;
}

/** What somebody has besides their password to show that it is them, as a whole. */
@EndsWithAccount
@Injectable()
export class SecondFactors implements AccountEnd {
  constructor(
    private readonly database: Database,
    private readonly sessions: Sessions,
    private readonly apps: AuthenticatorApps,
    private readonly recoveryCodes: RecoveryCodes,
    private readonly changes: FactorChanges,
    private readonly clock: Clock,
  ) {}

  async of(userId: number): Promise<FactorsOfUser> {
    const passkeys = await this.database.read.countBy(Passkey, { userId });
    return { app: await this.apps.setUpAt(userId), passkeys, recoveryCodesLeft: await this.recoveryCodes.left(userId) };
  }

  /**
   * All of them. Where somebody gave the account more than everybody has, only those that somebody else may have set up
   * lately: the others are what keeps out whoever reads its mailbox.
   */
  async whenDisowned(manager: EntityManager, userId: number): Promise<void> {
    const now = this.clock.now();
    const lately = MoreThan((await wasGivenMore(manager, userId, now)) ? now.getTime() - LATELY : 0);
    await manager.delete(AuthenticatorApp, { userId, confirmedAt: lately });
    await manager.delete(AuthenticatorApp, { userId, confirmedAt: IsNull() });
    await manager.delete(Passkey, { userId, createdAt: lately });
    await this.recoveryCodes.remove(manager, userId);
    await this.changes.noteChange(manager, userId);
  }

  /**
   * Uses up a code: of the app, or one of the recovery codes.
   *
   * @returns what it was; null where it is none, whatever is wrong with it. @throws SecretUnreadable
   */
  async useCode(actor: Actor, userId: number, code: string): Promise<SecondFactor | null> {
    if (RecoveryCodes.looksLike(code))
      return (await this.recoveryCodes.use(actor, userId, code)) ? 'recovery code' : null;
    return (await this.apps.use(userId, code.replace(/\s/g, ''))) ? 'app' : null;
  }

  /** New recovery codes in place of the old ones. @throws NoSecondFactor */
  async renewRecoveryCodes(
    actor: Actor,
    { userId, keep }: { userId: number; keep?: SessionRenewal },
  ): Promise<string[]> {
    return this.changes.change(actor, { userId, keep, action: 'user.renew-recovery-codes' }, (manager, user) => {
      if (user.factorsVersion === null) throw new NoSecondFactor();
      return this.recoveryCodes.replace(manager, userId);
    });
  }

  /**
   * Takes every second factor from somebody who has lost theirs, and ends their sessions; their password stays.
   *
   * @throws OwnSecondFactors, NoSecondFactor, NoSuchUser, NotPermitted, BeyondAuthority
   */
  async reset(actor: Actor, userId: number): Promise<void> {
    if (actor.kind === 'user' && actor.id === userId) throw new OwnSecondFactors();
    await this.changes.change(actor, { userId, action: 'user.reset-factors' }, async (manager, { factorsVersion }) => {
      if (factorsVersion === null) throw new NoSecondFactor();
      await manager.delete(AuthenticatorApp, { userId });
      await manager.delete(Passkey, { userId });
    });
  }

  /** Ends whatever could let somebody in: sessions, links and second factors; their password stays. */
  async resetAccess(actor: Actor, userId: number): Promise<{ ended: number; cleared: boolean }> {
    return this.database.changeAccess(async (manager) => {
      const ended = await this.sessions.end(actor, userId);
      const cleared = await manager.existsBy(User, { id: userId, factorsVersion: Not(IsNull()) });
      if (cleared) await this.reset(actor, userId);
      return { ended, cleared };
    });
  }
}
