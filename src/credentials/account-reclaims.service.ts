import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Origin } from '../access/origin';
import { AccountEnds } from '../accounts/account-end';
import { EmailChanges } from '../accounts/email-changes.service';
import { Clock } from '../config/clock';
import { Database, newVersion } from '../database/database';
import { Outbox } from '../mail/outbox.service';
import type { NotMeLink } from '../notices/not-me-link.entity';
import { NotMeLinks } from '../notices/not-me-links.service';
import { administratorsToTell, isLastAdministrator } from '../roles/last-administrator';
import { lockedHash } from '../users/can-sign-in';
import { User } from '../users/user.entity';
import { PasswordLinks } from './password-links.service';

/** Somebody takes their account back from whoever was in it, by the link in a mail that told them of something they didn't do. */
@Injectable()
export class AccountReclaims {
  constructor(
    private readonly database: Database,
    private readonly links: NotMeLinks,
    private readonly changes: EmailChanges,
    private readonly ends: AccountEnds,
    private readonly passwordLinks: PasswordLinks,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Whose account it is about. @throws LinkEnded, whatever is wrong with the token */
  async find(token: string): Promise<NotMeLink> {
    return this.links.find(this.database.read, token);
  }

  /**
   * Ends all sessions and links, and what second factors a mailbox may end, forgets known browsers, gives the account the
   * address back to which the link was sent, mails there a link to set a password, and alerts the administrators. Until then
   * nobody signs in by the old password, or by a passkey; but where nobody else could administer the site, both stay.
   *
   * @throws LinkEnded
   */
  async reclaim(from: Origin, token: string): Promise<void> {
    await this.database.changeAccess(async (manager) => {
      const { user, userId, address } = await this.links.take(manager, token);
      const actor = { kind: 'visitor', ...from } as const;
      const to = { email: address, confirmedAt: this.clock.now() };
      await this.changes.restore(manager, actor, user, to, 'user.not-me');
      await this.links.endAllOf(manager, userId);
      if (!(await isLastAdministrator(manager, this.clock.now(), userId))) await this.lock(manager, user);
      await this.ends.signOut(manager, userId);
      await this.ends.endSessions(manager, userId);
      await this.ends.disown(manager, userId);
      await manager.update(User, userId, { accessVersion: newVersion() });
      if (user.active)
        await this.passwordLinks.mailRecovery(manager, actor, { ...user, email: address }, 'account-reclaimed');
      await this.alert(manager, userId);
    });
  }

  private async lock(manager: EntityManager, { id, passwordHash }: User): Promise<void> {
    await manager.update(User, id, { passwordHash: lockedHash(passwordHash), hasConfiguredPassword: false });
  }

  private async alert(manager: EntityManager, userId: number): Promise<void> {
    const administrators = await administratorsToTell(manager, this.clock.now());
    await this.outbox.addAll(
      manager,
      'account-reported',
      administrators.filter(({ id }) => id !== userId).map((to) => ({ to, data: { person: userId } })),
    );
  }
}
