import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { LessThan, MoreThan, type EntityManager } from 'typeorm';
import { EndsWithAccount, type AccountEnd } from '../accounts/account-end';
import { UsersService, type NewUser } from '../accounts/users.service';
import { nameOfActor, operator, type Actor } from '../audit/actor';
import { AuditService } from '../audit/audit.service';
import { Clock } from '../config/clock';
import { settings, type Settings } from '../config/settings';
import { Database, newVersion } from '../database/database';
import { SweptHourly, type HourlyJob } from '../database/housekeeping';
import { Authority, AuthorityMissing } from '../roles/authority';
import { Session } from '../sessions/session.entity';
import { LinkEnded, NoSuchUser, OwnPassword } from '../users/user-errors';
import { User } from '../users/user.entity';
import { idIn, linkKeys, tokenOf } from './link-token';
import { PasswordLink } from './password-link.entity';

const LASTS = 7 * 24 * 60 * 60_000;

export interface OpenLink {
  address: string;
  ends: Date;
}

/**
 * Links by which people set their own passwords, once: nobody chooses a password for somebody else, or sees it. Each is
 * a way to take over the account, so its maker must be above the person, as they make it and still as it is used.
 */
@EndsWithAccount
@SweptHourly
@Injectable()
export class PasswordLinks implements AccountEnd, HourlyJob {
  private readonly keys: Buffer[];

  constructor(
    private readonly database: Database,
    private readonly users: UsersService,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    @Inject(settings.KEY) private readonly settings: Settings,
  ) {
    this.keys = linkKeys(settings.SESSION_SECRET);
  }

  async whenDeactivated(manager: EntityManager, userId: number): Promise<void> {
    await manager.delete(PasswordLink, { userId });
  }

  async whenSignedOut(manager: EntityManager, userId: number): Promise<void> {
    await manager.delete(PasswordLink, { userId });
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

  /** Ends an older one. @throws NoSuchUser, OwnPassword, NotPermitted, BeyondAuthority */
  async make(actor: Actor, userId: number): Promise<OpenLink> {
    return this.database.changeAccess(async (manager) => {
      await this.ensureMayMake(manager, actor, userId);
      const now = this.clock.now().getTime();
      const madeBy = actor.kind === 'user' ? actor.id : null;
      const link = { id: newId(), userId, madeBy, createdAt: now, expiresAt: now + LASTS };
      await manager.delete(PasswordLink, { userId });
      await manager.insert(PasswordLink, link);
      await this.audit.append(manager, { actor, action: 'user.make-link', subject: `user ${userId}` });
      return this.opened(link);
    });
  }

  /**
   * Whom a link would be for, and the one that is open. Its address is for its maker only: with another's, somebody
   * could still take over the account once it has risen above themselves.
   *
   * @throws NoSuchUser, OwnPassword, NotPermitted, BeyondAuthority
   */
  async openFor(
    actor: Actor,
    userId: number,
  ): Promise<{ user: User; ends: Date | null; madeBy: number | null; address: string | null }> {
    const user = await this.database.readForChange((manager) => this.ensureMayMake(manager, actor, userId));
    const link = await this.database.read.findOneBy(PasswordLink, { userId, expiresAt: this.notYet() });
    if (!link) return { user, ends: null, madeBy: null, address: null };
    const { address, ends } = this.opened(link);
    const isMaker = actor.kind === 'user' && link.madeBy === actor.id;
    return { user, ends, madeBy: link.madeBy, address: isMaker ? address : null };
  }

  /** Who may set their password by this token. @throws LinkEnded, whatever is wrong with it */
  async ownerOf(token: string): Promise<User> {
    return (await this.find(this.database.read, token)).user;
  }

  /**
   * Sets their password, ends their sessions, and uses the link up: of two at the same moment one is first.
   *
   * @throws LinkEnded, whatever is wrong with the token
   */
  async use(actor: Actor, token: string, passwordHash: string): Promise<User> {
    return this.database.changeAccess(async (manager) => {
      const { id, madeBy, user } = await this.find(manager, token);
      const { affected } = await manager.delete(PasswordLink, { id });
      if (affected !== 1) throw new LinkEnded();
      await manager.update(User, user.id, { passwordHash, hasConfiguredPassword: false, accessVersion: newVersion() });
      await manager.delete(Session, { userId: user.id });
      const after = { link: `made by ${nameOfActor(makerOf({ madeBy }))}` };
      await this.audit.append(manager, { actor, action: 'user.set-password', subject: `user ${user.id}`, after });
      return user;
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
    const id = idIn(this.keys, token);
    const where = { id: id ?? '', expiresAt: this.notYet() };
    const link = id && (await manager.findOne(PasswordLink, { where, relations: { user: true } }));
    if (!link || !(await this.isMakerStillAbove(manager, link))) throw new LinkEnded();
    return link;
  }

  private async isMakerStillAbove(manager: EntityManager, link: PasswordLink): Promise<boolean> {
    try {
      await Authority.over(manager, makerOf(link), link.userId, this.clock.now());
      return true;
    } catch (error) {
      if (error instanceof AuthorityMissing) return false;
      throw error;
    }
  }

  private opened({ id, expiresAt }: Pick<PasswordLink, 'id' | 'expiresAt'>): OpenLink {
    return { address: `${this.settings.APP_URL}/welcome/${tokenOf(this.keys, id)}`, ends: new Date(expiresAt) };
  }

  private notYet() {
    return MoreThan(this.clock.now().getTime());
  }
}

function newId(): string {
  return randomBytes(16).toString('hex');
}

function makerOf({ madeBy }: Pick<PasswordLink, 'madeBy'>): Actor {
  return madeBy === null ? operator : { kind: 'user', id: madeBy, ip: '', requestId: '' };
}
