import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { In, LessThan, MoreThan, type EntityManager } from 'typeorm';
import { AccountEnds, EndsWithAccount, type AccountEnd } from '../accounts/account-end';
import { UsersService, type NewUser } from '../accounts/users.service';
import { nameOfActor, operator, type Actor } from '../audit/actor';
import { AuditService } from '../audit/audit.service';
import { Clock } from '../config/clock';
import { settings, type Settings } from '../config/settings';
import { Database, newVersion } from '../database/database';
import { SweptHourly, type HourlyJob } from '../database/housekeeping';
import { LinkedInMail, LinkTokens, type MailedLink } from '../mail/mailed-link';
import { Outbox } from '../mail/outbox.service';
import { Authority, AuthorityMissing } from '../roles/authority';
import { Session } from '../sessions/session.entity';
import { LinkEnded, NoSuchUser, OwnPassword } from '../users/user-errors';
import { User } from '../users/user.entity';
import { PasswordLink } from './password-link.entity';

const HOUR = 60 * 60_000;
const LASTS = 7 * 24 * HOUR;
const RECOVERY_LASTS = HOUR;

export interface OpenLink<Address = string> {
  address: Address;
  ends: Date;
}

/**
 * Links by which people set their own passwords, once: nobody chooses a password for somebody else, or sees it. Each is
 * a way to take over the account, so its maker must be above the person, as they make it and still as it is used.
 */
@EndsWithAccount
@LinkedInMail
@SweptHourly
@Injectable()
export class PasswordLinks implements AccountEnd, HourlyJob, MailedLink {
  readonly kind = 'password';
  readonly path = '/welcome';

  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly audit: AuditService,
    private readonly ends: AccountEnds,
    private readonly clock: Clock,
    private readonly tokens: LinkTokens,
    private readonly outbox: Outbox,
    @Inject(settings.KEY) private readonly settings: Settings,
  ) {}

  async endsOf(ids: readonly string[]): Promise<Map<string, Date>> {
    const links = await this.database.read.findBy(PasswordLink, { id: In(ids), expiresAt: this.notYet() });
    return new Map(links.map(({ id, expiresAt }) => [id, new Date(expiresAt)]));
  }

  async whenDeactivated(manager: EntityManager, userId: number): Promise<void> {
    await this.endLinksOf(manager, userId);
  }

  async whenSignedOut(manager: EntityManager, userId: number): Promise<void> {
    await this.endLinksOf(manager, userId);
  }

  async sweep(): Promise<void> {
    const ended = { expiresAt: LessThan(this.clock.now().getTime()) };
    await this.database.transaction((manager) => manager.delete(PasswordLink, ended));
  }

  /** Makes an account without a password and the link by which its person sets one: both or neither. */
  async invite(actor: Actor, user: Omit<NewUser, 'passwordHash'>): Promise<{ user: User; link: OpenLink }> {
    return this.database.changeAccess(async () => {
      const made = await this.users.create(actor, { ...user, passwordHash: '' });
      return { user: made, link: await this.make(actor, made.id) };
    });
  }

  /**
   * Ends an older one.
   *
   * @param isMailed whether it is sent to their address too
   * @throws NoSuchUser, OwnPassword, NotPermitted, BeyondAuthority
   */
  async make(actor: Actor, userId: number, { isMailed = false } = {}): Promise<OpenLink> {
    return this.database.changeAccess(async (manager) => {
      const { email } = await this.ensureMayMake(manager, actor, userId);
      const now = this.clock.now().getTime();
      const madeBy = actor.kind === 'user' ? actor.id : null;
      const link = { id: newId(), userId, madeBy, isRecovery: false, createdAt: now, expiresAt: now + LASTS };
      await this.endLinksOf(manager, userId);
      await manager.insert(PasswordLink, link);
      if (isMailed) await this.mail(manager, 'password-link', { id: userId, email }, link.id);
      await this.audit.append(manager, { actor, action: 'user.make-link', subject: `user ${userId}` });
      return this.opened(link);
    });
  }

  /**
   * One for somebody who has forgotten their password, mailed to them and shown to nobody. It ends an older one of its kind
   * and no other: anybody can ask for it, also a stranger who wants a link that was made for this person to end.
   *
   * @param manager of a change of access
   */
  async mailRecovery(
    manager: EntityManager,
    actor: Actor,
    { id: userId, email }: User,
    mail: 'password-recovery' | 'account-reclaimed' = 'password-recovery',
  ): Promise<void> {
    const now = this.clock.now().getTime();
    const link = {
      id: newId(),
      userId,
      madeBy: null,
      isRecovery: true,
      createdAt: now,
      expiresAt: now + RECOVERY_LASTS,
    };
    await this.endLinksOf(manager, userId, { isRecovery: true });
    await manager.insert(PasswordLink, link);
    await this.mail(manager, mail, { id: userId, email }, link.id);
    await this.audit.append(manager, { actor, action: 'user.recover', subject: `user ${userId}` });
  }

  private async mail(
    manager: EntityManager,
    name: 'password-link' | 'password-recovery' | 'account-reclaimed',
    to: Pick<User, 'id' | 'email'>,
    id: string,
  ): Promise<void> {
    await this.outbox.add(manager, name, { to, link: { kind: this.kind, id }, data: {} });
  }

  /**
   * Whom a link would be for, and the one that is open, first of all one that was made for them. Its address is for its maker only: with another's, somebody
   * could still take over the account once it has risen above themselves.
   *
   * @throws NoSuchUser, OwnPassword, NotPermitted, BeyondAuthority
   */
  async openFor(
    actor: Actor,
    userId: number,
  ): Promise<{ user: User; link: (Pick<PasswordLink, 'madeBy' | 'isRecovery'> & OpenLink<string | null>) | null }> {
    const user = await this.database.readForChange((manager) => this.ensureMayMake(manager, actor, userId));
    const link = await this.database.read.findOne(PasswordLink, {
      where: { userId, expiresAt: this.notYet() },
      order: { isRecovery: 'ASC' },
    });
    if (!link) return { user, link: null };
    const { madeBy, isRecovery } = link;
    const { address, ends } = this.opened(link);
    const isMaker = actor.kind === 'user' && madeBy === actor.id;
    return { user, link: { madeBy, isRecovery, ends, address: isMaker ? address : null } };
  }

  /** Who may set their password by this token. @throws LinkEnded, whatever is wrong with it */
  async ownerOf(token: string): Promise<User> {
    return (await this.find(this.database.read, token)).user;
  }

  /**
   * Sets their password, ends their sessions, and uses the link up, with any other they have: of two at the same moment one is first.
   *
   * @returns them, and the address that the link proves where that waits: second factors from before stand in the way, which
   * somebody else may have set up
   * @throws LinkEnded, whatever is wrong with the token
   */
  async use(
    actor: Actor,
    token: string,
    passwordHash: string,
  ): Promise<{ user: User; addressToProve: string | undefined }> {
    return this.database.changeAccess(async (manager) => {
      const { id, user, ...link } = await this.find(manager, token);
      const { affected } = await manager.delete(PasswordLink, { id });
      if (affected !== 1) throw new LinkEnded();
      await this.endLinksOf(manager, user.id);
      const isToProve = provesAddress(link) && user.emailConfirmedAt === null && user.factorsVersion !== null;
      await manager.update(User, user.id, {
        passwordHash,
        hasConfiguredPassword: false,
        accessVersion: newVersion(),
        ...(provesAddress(link) && !isToProve ? { emailConfirmedAt: this.clock.now() } : {}),
      });
      await manager.delete(Session, { userId: user.id });
      await this.ends.others(manager, user.id);
      const by = { link: link.isRecovery ? 'asked for by themselves' : `made by ${nameOfActor(makerOf(link))}` };
      await this.audit.append(manager, { actor, action: 'user.set-password', subject: `user ${user.id}`, after: by });
      const after = await manager.findOneByOrFail(User, { id: user.id });
      return { user: after, addressToProve: isToProve ? after.email : undefined };
    });
  }

  /** Nobody makes one for themselves: who sits at their open session would need no current password. */
  private async ensureMayMake(manager: EntityManager, actor: Actor, userId: number): Promise<User> {
    const user = await manager.findOneBy(User, { id: userId });
    if (!user) throw new NoSuchUser();
    await Authority.over(manager, actor, userId, this.clock.now());
    if (actor.kind === 'user' && actor.id === userId) throw new OwnPassword();
    return user;
  }

  /** What this site has not written is not looked up. */
  private async find(manager: EntityManager, token: string): Promise<PasswordLink> {
    const id = this.tokens.idIn(this.kind, token);
    const where = { id: id ?? '', expiresAt: this.notYet() };
    const link = id && (await manager.findOne(PasswordLink, { where, relations: { user: true } }));
    if (!link || !(await this.isGoodStill(manager, link))) throw new LinkEnded();
    return link;
  }

  /** Files that hold one go too. */
  private async endLinksOf(
    manager: EntityManager,
    userId: number,
    which: Partial<Pick<PasswordLink, 'isRecovery'>> = {},
  ): Promise<void> {
    await manager.delete(PasswordLink, { userId, ...which });
    this.outbox.linksEnded();
  }

  private async isGoodStill(manager: EntityManager, link: PasswordLink): Promise<boolean> {
    if (link.isRecovery) return link.user.active;
    try {
      await Authority.over(manager, makerOf(link), link.userId, this.clock.now());
      return true;
    } catch (error) {
      if (error instanceof AuthorityMissing) return false;
      throw error;
    }
  }

  private opened({ id, expiresAt }: Pick<PasswordLink, 'id' | 'expiresAt'>): OpenLink {
    return {
      address: `${this.settings.APP_URL}${this.path}/${this.tokens.tokenOf(this.kind, id)}`,
      ends: new Date(expiresAt),
    };
  }

  private notYet() {
    return MoreThan(this.clock.now().getTime());
  }
}

/** It came to the address, or who runs the server vouches for whom they give it to. */
function provesAddress({ isRecovery, madeBy }: Pick<PasswordLink, 'isRecovery' | 'madeBy'>): boolean {
  return isRecovery || madeBy === null;
}

function newId(): string {
  return randomBytes(16).toString('hex');
}

function makerOf({ madeBy }: Pick<PasswordLink, 'madeBy'>): Actor {
  return madeBy === null ? operator : { kind: 'user', id: madeBy, ip: '', requestId: '' };
}
