import { Injectable } from '@nestjs/common';
import { AccountEnds } from '../accounts/account-end';
import { UserTransactions } from '../accounts/user-transactions.service';
import type { Actor } from '../audit/actor';
import { Database, newVersion } from '../database/database';
import { Outbox } from '../mail/outbox.service';
import { Session } from '../sessions/session.entity';
import { endOthers, type SessionRenewal } from '../sessions/sessions.service';
import { AccountChanged } from '../users/user-errors';
import { User } from '../users/user.entity';
import { PasswordLink } from './password-link.entity';

/** The passwords of users, as they are stored. */
@Injectable()
export class PasswordChanges {
  constructor(
    private readonly transactions: UserTransactions,
    private readonly database: Database,
    private readonly ends: AccountEnds,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Sets a new password and ends the user's sessions, and the link by which they could have set one. The session that
   * `change.keep` names goes on under a new id.
   *
   * @param change.from the hash the person proved to know; omitted where the operator acts.
   * @throws UserNotFound, NotPermitted, BeyondAuthority; AccountChanged when `from` is no longer theirs.
   */
  async changePassword(
    actor: Actor,
    email: string,
    change: { from?: string; to: string; keep?: SessionRenewal },
  ): Promise<void> {
    await this.transactions.change(
      actor,
      email,
      async (manager, user) => {
        if (change.from !== undefined && change.from !== user.passwordHash) throw new AccountChanged();
        await manager.update(User, user.id, {
          passwordHash: change.to,
          hasConfiguredPassword: false,
          accessVersion: newVersion(),
        });
        if (change.keep) await endOthers(manager, user.id, change.keep);
        else await manager.delete(Session, { userId: user.id });
        await this.ends.others(manager, user.id);
        await manager.delete(PasswordLink, { userId: user.id });
        this.outbox.linksEnded();
        await this.transactions.record(manager, actor, 'user.change-password', user, {});
      },
      'user-write',
    );
  }

  /** Stores the same password's newer hash, unless the password was changed meanwhile. @returns whether it was stored */
  async replaceHash(userId: number, from: string, to: string): Promise<boolean> {
    const { affected } = await this.database.transaction((manager) =>
      manager.update(User, { id: userId, passwordHash: from }, { passwordHash: to }),
    );
    return affected === 1;
  }
}
