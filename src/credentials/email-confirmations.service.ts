import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { In, IsNull, LessThan, MoreThan, type EntityManager } from 'typeorm';
import { EndsWithAccount, type AccountEnd } from '../accounts/account-end';
import { UsersService, type NewUser } from '../accounts/users.service';
import type { Actor } from '../audit/actor';
import { AuditService } from '../audit/audit.service';
import { Clock } from '../config/clock';
import { settings, type Settings } from '../config/settings';
import { Database } from '../database/database';
import { SweptHourly, type HourlyJob } from '../database/housekeeping';
import { LinkedInMail, LinkTokens, type MailedLink } from '../mail/mailed-link';
import { Outbox } from '../mail/outbox.service';
import { emailKey } from '../text/email-address';
import { findByEmail } from '../users/find-user';
import { LinkEnded } from '../users/user-errors';
import { User } from '../users/user.entity';
import { EmailConfirmation } from './email-confirmation.entity';

const LASTS = 2 * 24 * 60 * 60_000;

/**
 * Links that prove an address, once, for two days. A registration becomes an account only by the link that was mailed to
 * its address and with its own password, so that a stranger's password never becomes that of the owner of a mailbox.
 */
@EndsWithAccount
@LinkedInMail
@SweptHourly
@Injectable()
export class EmailConfirmations implements AccountEnd, HourlyJob, MailedLink {
  readonly kind = 'email';
  readonly path = '/confirm-email';

  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly audit: AuditService,
    private readonly outbox: Outbox,
    private readonly tokens: LinkTokens,
    private readonly clock: Clock,
    @Inject(settings.KEY) private readonly settings: Settings,
  ) {}

  async whenDeactivated(manager: EntityManager, userId: number): Promise<void> {
    await this.endAllOf(manager, userId);
  }

  async whenSignedOut(manager: EntityManager, userId: number): Promise<void> {
    await this.endAllOf(manager, userId);
  }

  async sweep(): Promise<void> {
    const ended = { expiresAt: LessThan(this.clock.now().getTime()) };
    await this.database.transaction((manager) => manager.delete(EmailConfirmation, ended));
  }

  async endsOf(ids: readonly string[]): Promise<Map<string, Date>> {
    const found = await this.database.read.findBy(EmailConfirmation, { id: In(ids), expiresAt: this.notYet() });
    return new Map(found.map(({ id, expiresAt }) => [id, new Date(expiresAt)]));
  }

  /** Has a registration wait for its address. Nobody is looked up: whether it is known is found out when the mail is made. */
  async register(
    { email, name, passwordHash }: Pick<NewUser, 'email' | 'name' | 'passwordHash'>,
    ip: string,
  ): Promise<void> {
    await this.database.transaction(async (manager) => {
      const id = await this.insert(manager, { userId: null, email, name, passwordHash });
      await this.outbox.ask(manager, 'registration', { email, data: { confirmation: id, ip } });
    });
  }

  /** Mails the link of a registration; or, to who has an account already, that somebody registered with their address. */
  async mailRegistration(manager: EntityManager, id: string): Promise<void> {
    const waiting = await manager.findOneBy(EmailConfirmation, { id });
    if (!waiting) return;
    const user = await findByEmail(manager, waiting.email);
    if (user) {
      await manager.delete(EmailConfirmation, { id });
      const to = { id: user.id, email: user.email };
      await this.outbox.add(manager, 'address-known', { to, data: { isActive: Number(user.active) } });
    } else {
      const to = { id: null, email: waiting.email };
      await this.outbox.add(manager, 'confirm-address', {
        to,
        link: { kind: this.kind, id },
        data: { isRegistration: 1 },
      });
    }
  }

  /** Mails somebody who has an account a link to prove its address. */
  async mailTo({ id: userId, email }: User): Promise<void> {
    await this.database.transaction(async (manager) => {
      const id = await this.insert(manager, { userId, email, name: '', passwordHash: '' });
      await this.outbox.add(manager, 'confirm-address', {
        to: { id: userId, email },
        link: { kind: this.kind, id },
        data: { isRegistration: 0 },
      });
    });
  }

  async forget(id: string): Promise<void> {
    await this.database.transaction((manager) => manager.delete(EmailConfirmation, { id }));
  }

  /** What would be confirmed. @throws LinkEnded, whatever is wrong with the token */
  async find(token: string): Promise<EmailConfirmation> {
    return this.findIn(this.database.read, token);
  }

  /**
   * Makes the account of a registration; the others that wait for the same mailbox end. The password was checked.
   *
   * @throws LinkEnded; EmailTaken, EmailLooksTaken where somebody else made such an account meanwhile
   */
  async completeRegistration(actor: Actor, token: string): Promise<User> {
    return this.database.changeAccess(async (manager) => {
      const { email, name, passwordHash, emailKey } = await this.take(manager, token);
      const user = await this.users.register(actor, { email, name, passwordHash, isEmailConfirmed: true });
      await manager.delete(EmailConfirmation, { emailKey, userId: IsNull() });
      return user;
    });
  }

  /** Notes that the address of an account is proven. @throws LinkEnded, also where the account has another one by now */
  async confirm(actor: Actor, token: string): Promise<void> {
    await this.database.changeAccess(async (manager) => {
      const { userId, email } = await this.take(manager, token);
      await this.note(manager, actor, userId ?? 0, email);
    });
  }

  /**
   * The same for somebody who has proved it by another link that was mailed there.
   *
   * @param manager of a change of access
   * @throws LinkEnded where the account has another address by now
   */
  async note(manager: EntityManager, actor: Actor, userId: number, email: string): Promise<void> {
    const theirs = { id: userId, email, active: true };
    const { affected } = await manager.update(User, theirs, { emailConfirmedAt: this.clock.now() });
    if (affected !== 1) throw new LinkEnded();
    await this.audit.append(manager, { actor, action: 'user.confirm-email', subject: `user ${userId}` });
  }

  private async insert(
    manager: EntityManager,
    row: Pick<EmailConfirmation, 'userId' | 'email' | 'name' | 'passwordHash'>,
  ): Promise<string> {
    const [id, now] = [randomBytes(16).toString('hex'), this.clock.now().getTime()];
    const more = { id, emailKey: emailKey(row.email), createdAt: now, expiresAt: now + LASTS };
    await manager.insert(EmailConfirmation, { ...row, ...more });
    return id;
  }

  /** Of two at the same moment one is first. */
  private async take(manager: EntityManager, token: string): Promise<EmailConfirmation> {
    const found = await this.findIn(manager, token);
    const { affected } = await manager.delete(EmailConfirmation, { id: found.id });
    if (affected !== 1) throw new LinkEnded();
    this.outbox.linksEnded();
    return found;
  }

  /** What this site has not written is not looked up. */
  private async findIn(manager: EntityManager, token: string): Promise<EmailConfirmation> {
    const id = this.tokens.idIn(this.kind, token);
    const found = id && (await manager.findOneBy(EmailConfirmation, { id, expiresAt: this.notYet() }));
    if (!found || (found.userId === null && this.settings.REGISTRATION !== 'open')) throw new LinkEnded();
    return found;
  }

  private async endAllOf(manager: EntityManager, userId: number): Promise<void> {
    await manager.delete(EmailConfirmation, { userId });
    this.outbox.linksEnded();
  }

  private notYet() {
    return MoreThan(this.clock.now().getTime());
  }
}
