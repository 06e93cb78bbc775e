import { Injectable } from '@nestjs/common';
import { In, LessThan, Not, type EntityManager } from 'typeorm';
import type { Actor } from '../audit/actor';
import { Clock } from '../config/clock';
import { newVersion } from '../database/database';
import { isUniqueViolation } from '../database/errors';
import { emailKey, faultOfEmail, isSameEmail, lookOfEmail } from '../text/email-address';
import { faultOfText, normaliseText } from '../text/naming';
import { emailOf, ensureLooksLikeNobody, nameOf, storeWords } from '../users/stored-names';
import { EmailTaken } from '../users/user-errors';
import { User } from '../users/user.entity';
import { AccountEnds } from './account-end';
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

/** The one way in for other names and addresses of users. */
@Injectable()
export class UserRenames {
  constructor(
    private readonly transactions: UserTransactions,
    private readonly ends: AccountEnds,
    private readonly clock: Clock,
  ) {}

  /**
   * Gives an account another name or address, by the rules of new ones. A new address ends the link to set a password,
   * as it was passed on to whoever had the old one. What stays the same stays as it is, even if nobody could enter it now.
   *
   * @throws UserNotFound, EmailTaken, InvalidEmail, InvalidName, NotPermitted, BeyondAuthority
   */
  async rename(actor: Actor, email: string, to: Renaming): Promise<Renamed> {
    return this.transactions.change(actor, email, async (manager, user) => {
      const name = to.name === undefined || to.name === user.name ? user.name : nameOf(to.name);
      const newEmail = to.email === undefined || isSameEmail(to.email, user.email) ? null : emailOf(to.email);
      const is = { email: newEmail ?? user.email, name };
      const was = { email: user.email, name: user.name };
      const changed = [...(newEmail === null ? [] : ['address']), ...(is.name === was.name ? [] : ['name'])];
      if (newEmail !== null) await takeEmail(manager, user.id, newEmail, this.clock.now());
      if (user.needsRename) await noteWhetherNeedsRename(manager, { ...user, ...is }, newEmail !== null);
      if (changed.length === 0) return { was, is, isChanged: false };
      await manager.update(User, user.id, { name, accessVersion: newVersion() });
      await storeWords(manager, user.id, is);
      if (newEmail !== null) await this.ends.signOut(manager, user.id);
      await this.transactions.record(manager, actor, 'user.rename', user, {
        after: { changed },
        personal: { ...is, before: was },
      });
      return { was, is, isChanged: true };
    });
  }
}

async function takeEmail(manager: EntityManager, userId: number, email: string, now: Date): Promise<void> {
  try {
    await manager.update(User, userId, {
      email,
      emailKey: emailKey(email),
      emailLook: lookOfEmail(email).own,
      emailConfirmedAt: null,
      emailSince: now,
    });
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
