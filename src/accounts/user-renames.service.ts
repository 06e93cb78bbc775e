import { Injectable } from '@nestjs/common';
import { In, LessThan, Not, type EntityManager } from 'typeorm';
import type { Actor } from '../audit/actor';
import type { AuditAction } from '../audit/event-names';
import { Clock } from '../config/clock';
import { newVersion } from '../database/database';
import { isUniqueViolation } from '../database/errors';
import { NotMeLinks } from '../notices/not-me-links.service';
import { emailKey, faultOfEmail, isSameEmail, lookOfEmail } from '../text/email-address';
import { faultOfText, normaliseText } from '../text/naming';
import { emailOf, ensureLooksLikeNobody, nameOf, storeWords } from '../users/stored-names';
import { EmailTaken, OwnAddress } from '../users/user-errors';
import { User } from '../users/user.entity';
import { AccountEnds } from './account-end';
import { EmailChange } from './email-change.entity';
import { ensureNotReserved } from './reserved-addresses';
import { UserTransactions } from './user-transactions.service';

export interface Renaming {
  name?: string | undefined;
  email?: string | undefined;
}

export interface Renamed {
  was: Pick<User, 'email' | 'name'>;
  is: Pick<User, 'email' | 'name'>;
  isChanged: boolean;
}

/** Whose address changes, to which, and whether it is proven and theirs since long ago. */
export interface Move {
  to: string;
  confirmedAt: Date | null;
  /** null: it is the one they had before. */
  since: Date | null;
}

/** The one way in for other names and addresses of users. */
@Injectable()
export class UserRenames {
  constructor(
    private readonly transactions: UserTransactions,
    private readonly ends: AccountEnds,
    private readonly notMeLinks: NotMeLinks,
    private readonly clock: Clock,
  ) {}

  /**
   * Gives an account another name or address, by the rules of new ones. A new address is not confirmed, and ends every link
   * that was passed on to whoever had the old one. What stays the same stays as it is, even if nobody could enter it now.
   *
   * @throws UserNotFound, EmailTaken, InvalidEmail, InvalidName, OwnAddress, NotPermitted, BeyondAuthority
   */
  async rename(actor: Actor, email: string, to: Renaming): Promise<Renamed> {
    return this.transactions.change(
      actor,
      email,
      async (manager, user) => {
        const newEmail = to.email === undefined || isSameEmail(to.email, user.email) ? null : emailOf(to.email);
        if (newEmail !== null && isOwn(actor, user)) throw new OwnAddress();
        const name = to.name === undefined || to.name === user.name ? user.name : nameOf(to.name);
        if (newEmail !== null) await this.endLinksOf(manager, user.id);
        const move = newEmail === null ? null : { to: newEmail, confirmedAt: null, since: this.clock.now() };
        return this.write(manager, actor, user, { name, move });
      },
      to.email === undefined ? 'user-write' : 'users-write',
    );
  }

  /**
   * Gives an account another address by a link that was mailed to it.
   *
   * @param manager of a change of access. @throws EmailTaken
   */
  async move(manager: EntityManager, actor: Actor, user: User, move: Move, action: AuditAction): Promise<void> {
    await this.write(manager, actor, user, { name: user.name, move }, action);
  }

  private async write(
    manager: EntityManager,
    actor: Actor,
    user: User,
    { name, move }: { name: string; move: Move | null },
    action: AuditAction = 'user.rename',
  ): Promise<Renamed> {
    const is = { email: move?.to ?? user.email, name };
    const was = { email: user.email, name: user.name };
    const changed = [...(move ? ['address'] : []), ...(is.name === was.name ? [] : ['name'])];
    if (move) await takeEmail(manager, user.id, move, this.clock.now());
    if (user.needsRename) await noteWhetherNeedsRename(manager, { ...user, ...is }, move !== null);
    if (changed.length === 0) return { was, is, isChanged: false };
    await manager.update(User, user.id, { name, accessVersion: newVersion() });
    await storeWords(manager, user.id, is);
    if (move) await this.ends.signOut(manager, user.id);
    await this.transactions.record(manager, actor, action, user, {
      after: { changed },
      personal: { ...is, before: was },
    });
    return { was, is, isChanged: true };
  }

  /** Whoever had the old address has no part in the account any more. */
  private async endLinksOf(manager: EntityManager, userId: number): Promise<void> {
    await manager.delete(EmailChange, { userId });
    await this.notMeLinks.endAllOf(manager, userId);
  }
}

function isOwn(actor: Actor, { id }: User): boolean {
  return actor.kind === 'user' && actor.id === id;
}

async function takeEmail(manager: EntityManager, userId: number, move: Move, now: Date): Promise<void> {
  const { to: email, confirmedAt: emailConfirmedAt, since: emailSince } = move;
  await ensureNotReserved(manager, userId, email, now);
  const keys = { emailKey: emailKey(email), emailLook: lookOfEmail(email).own };
  try {
    await manager.update(User, userId, { email, ...keys, emailConfirmedAt, emailSince });
  } catch (error) {
    throw isUniqueViolation(error) ? new EmailTaken(email) : error;
  }
  await ensureLooksLikeNobody(manager, userId, email);
}

/** Whoever had the mailbox before may be gone by now: then this account has it. */
async function noteWhetherNeedsRename(manager: EntityManager, user: User, hasNewEmail: boolean): Promise<void> {
  const { id, email, name } = user;
  const hasKey =
    hasNewEmail ||
    user.emailKey !== null ||
    (faultOfEmail(email) === null && !(await manager.existsBy(User, { emailKey: emailKey(email), id: Not(id) })));
  const isLookAlike =
    !hasNewEmail && (await manager.existsBy(User, { emailLook: In(lookOfEmail(email).others), id: LessThan(id) }));
  const needsRename = !hasKey || isLookAlike || faultOfText('name', normaliseText(name)) !== null;
  await manager.update(User, id, { needsRename, emailKey: hasKey ? emailKey(email) : null });
}
