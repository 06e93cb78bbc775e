import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { IsNull, LessThan, MoreThanOrEqual, type EntityManager } from 'typeorm';
import type { Origin } from '../access/origin';
import type { Actor } from '../audit/actor';
import { AuditService } from '../audit/audit.service';
import { Clock } from '../config/clock';
import { Database } from '../database/database';
import { DomainError } from '../database/errors';
import { SweptHourly, type HourlyJob } from '../database/housekeeping';
import { LinkTokens } from '../mail/mailed-link';
import { Outbox } from '../mail/outbox.service';
import { NotMeLinks } from '../notices/not-me-links.service';
import { emailKey, isSameEmail } from '../text/email-address';
import { findByEmail } from '../users/find-user';
import { emailOf } from '../users/stored-names';
import { LinkEnded } from '../users/user-errors';
import type { User } from '../users/user.entity';
import { AccountEnds, EndsWithAccount, type AccountEnd } from './account-end';
import { NewEmailLinks, undoable, UndoEmailLinks, waiting } from './email-change-links';
import { EmailChange } from './email-change.entity';
import { UserRenames } from './user-renames.service';
import { UserTransactions } from './user-transactions.service';

const DAY = 24 * 60 * 60_000;
const CONFIRMED_WITHIN = 2 * DAY;
const UNDONE_WITHIN = 3 * DAY;

export class SameAddress extends DomainError {
  constructor() {
    super('This is your address already.');
  }
}

/**
 * People change their own address: the new one confirms it by a link, within two days, and takes the place of the old one
 * only then. The old one is told at once and may undo it for three days, before and after, whatever was changed since.
 */
@EndsWithAccount
@SweptHourly
@Injectable()
export class EmailChanges implements AccountEnd, HourlyJob {
  constructor(
    private readonly database: Database,
    private readonly transactions: UserTransactions,
    private readonly renames: UserRenames,
    private readonly ends: AccountEnds,
    private readonly audit: AuditService,
    private readonly outbox: Outbox,
    private readonly tokens: LinkTokens,
    private readonly newLinks: NewEmailLinks,
    private readonly undoLinks: UndoEmailLinks,
    private readonly notMeLinks: NotMeLinks,
    private readonly clock: Clock,
  ) {}

  async whenDeactivated(manager: EntityManager, userId: number): Promise<void> {
    await this.endWaiting(manager, userId);
  }

  async whenSignedOut(manager: EntityManager, userId: number): Promise<void> {
    await this.endWaiting(manager, userId);
  }

  async whenDisowned(manager: EntityManager, userId: number): Promise<void> {
    await manager.delete(EmailChange, { userId });
    this.outbox.linksEnded();
  }

  async sweep(): Promise<void> {
    const ended = { undoUntil: LessThan(this.clock.now().getTime()) };
    await this.database.transaction((manager) => manager.delete(EmailChange, ended));
  }

  /** The address that is to be theirs once it is confirmed. */
  async waitingOf(userId: number): Promise<string | null> {
    const change = await this.database.read.findOneBy(EmailChange, { userId, ...waiting(this.clock.now()) });
    return change?.newEmail ?? null;
  }

  /**
   * In place of one that waits. Whether somebody else has the address is found out when the mail is made.
   *
   * @throws SameAddress, InvalidEmail, UserNotFound, NotPermitted
   */
  async ask(actor: Actor, email: string, to: string): Promise<void> {
    const work = async (manager: EntityManager, user: User) => {
      if (isSameEmail(to, user.email)) throw new SameAddress();
      await this.endWaiting(manager, user.id);
      const change = this.newChange(user, emailOf(to));
      await manager.insert(EmailChange, change);
      await this.outbox.ask(manager, 'email change', { email: change.newEmail, data: { change: change.id } });
      await this.outbox.add(manager, 'address-to-change', {
        to: user,
        link: { kind: this.undoLinks.kind, id: change.id },
        data: {},
      });
      await this.audit.append(manager, { actor, action: 'user.ask-email', subject: `user ${user.id}` });
    };
    await this.transactions.change(actor, email, work, 'user-write');
  }

  /** Mails the link to the new address; or, to who has an account with it, that somebody entered their address. */
  async mailLink(manager: EntityManager, id: string): Promise<void> {
    const change = await manager.findOneBy(EmailChange, { id, ...waiting(this.clock.now()) });
    if (!change) return;
    const owner = await findByEmail(manager, change.newEmail);
    if (owner) await this.outbox.add(manager, 'address-wanted', { to: owner, data: {} });
    else
      await this.outbox.add(manager, 'confirm-new-address', {
        to: { id: change.userId, email: change.newEmail },
        link: { kind: this.newLinks.kind, id },
        data: {},
      });
  }

  /** null where it is no link of this kind. @throws LinkEnded where it is one, and has ended */
  async waitingBy(token: string): Promise<EmailChange | null> {
    const id = this.tokens.idIn(this.newLinks.kind, token);
    return id === null ? null : this.findWaiting(this.database.read, id);
  }

  /** @throws LinkEnded; EmailTaken, EmailLooksTaken where somebody else has such an address meanwhile */
  async confirm(from: Origin, token: string): Promise<void> {
    await this.database.changeAccess(async (manager) => {
      const change = await this.findWaiting(manager, this.tokens.idIn(this.newLinks.kind, token) ?? '');
      const now = this.clock.now();
      const confirmed = {
        confirmedAt: now.getTime(),
        undoUntil: now.getTime() + UNDONE_WITHIN,
        wasProven: change.user.emailConfirmedAt !== null,
      };
      const { affected } = await manager.update(EmailChange, { id: change.id, confirmedAt: IsNull() }, confirmed);
      if (affected !== 1) throw new LinkEnded();
      this.outbox.linksEnded();
      const actor = { kind: 'user', id: change.userId, ...from } as const;
      const move = { to: change.newEmail, confirmedAt: now, since: now };
      await this.renames.move(manager, actor, change.user, move, 'user.rename');
    });
  }

  /** What would be undone. @throws LinkEnded, whatever is wrong with the token */
  async undoableBy(token: string): Promise<EmailChange> {
    return this.findUndoable(this.database.read, token);
  }

  /**
   * Gives them their old address back, where it was taken from them, ends this change and all that came after it, and every
   * session.
   *
   * @throws LinkEnded
   */
  async undo(from: Origin, token: string): Promise<void> {
    await this.database.changeAccess(async (manager) => {
      const { id, userId, oldEmail, askedAt, wasProven, user } = await this.findUndoable(manager, token);
      const { affected } = await manager.delete(EmailChange, { id });
      if (affected !== 1) throw new LinkEnded();
      await manager.delete(EmailChange, { userId, askedAt: MoreThanOrEqual(askedAt) });
      // As with a link to set a password, second factors from before the proof may be somebody else's, and wait for it.
      const confirmedAt = wasProven || user.factorsVersion === null ? this.clock.now() : null;
      const to = { email: oldEmail, confirmedAt };
      await this.restore(manager, { kind: 'visitor', ...from }, user, to, 'user.undo-email');
      await this.ends.signOut(manager, userId);
      await this.ends.endSessions(manager, userId);
      this.outbox.linksEnded();
    });
  }

  /**
   * The address that they had before, by a link that was mailed to it; whoever has another one since loses the links there.
   *
   * @param manager of a change of access
   */
  async restore(
    manager: EntityManager,
    actor: Actor,
    user: User,
    { email, confirmedAt }: { email: string; confirmedAt: Date | null },
    action: 'user.undo-email' | 'user.not-me',
  ): Promise<void> {
    await this.notMeLinks.endAllElsewhere(manager, user.id, email);
    if (user.email === email) await this.audit.append(manager, { actor, action, subject: `user ${user.id}` });
    else {
      await this.renames.move(manager, actor, user, { to: email, confirmedAt, since: null }, action);
    }
  }

  private newChange({ id: userId, email, passwordHash, emailConfirmedAt }: User, newEmail: string) {
    const now = this.clock.now().getTime();
    return {
      id: randomBytes(16).toString('hex'),
      userId,
      oldEmail: email,
      oldEmailKey: emailKey(email),
      newEmail,
      passwordMark: markOf(passwordHash),
      askedAt: now,
      confirmedAt: null,
      wasProven: emailConfirmedAt !== null,
      confirmUntil: now + CONFIRMED_WITHIN,
      undoUntil: now + UNDONE_WITHIN,
    };
  }

  /** Another password or another address since: whoever asked for it may be somebody else. */
  private async findWaiting(manager: EntityManager, id: string): Promise<EmailChange> {
    const where = { id, ...waiting(this.clock.now()) };
    const change = await manager.findOne(EmailChange, { where, relations: { user: true } });
    const isStill =
      change?.user.active &&
      change.user.email === change.oldEmail &&
      markOf(change.user.passwordHash) === change.passwordMark;
    if (!change || !isStill) throw new LinkEnded();
    return change;
  }

  /** What this site has not written is not looked up. */
  private async findUndoable(manager: EntityManager, token: string): Promise<EmailChange> {
    const id = this.tokens.idIn(this.undoLinks.kind, token);
    const where = { id: id ?? '', ...undoable(this.clock.now()) };
    const change = id && (await manager.findOne(EmailChange, { where, relations: { user: true } }));
    if (!change) throw new LinkEnded();
    return change;
  }

  private async endWaiting(manager: EntityManager, userId: number): Promise<void> {
    await manager.delete(EmailChange, { userId, confirmedAt: IsNull() });
    this.outbox.linksEnded();
  }
}

function markOf(passwordHash: string): string {
  return createHash('sha256').update(passwordHash).digest('hex');
}
