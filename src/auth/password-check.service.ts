import { Injectable } from '@nestjs/common';
import type { Origin } from '../access/origin';
import { UsersService } from '../accounts/users.service';
import { SignInEvents } from '../audit/sign-in-events';
import type { SignInEntry } from '../audit/sign-in-tally';
import { askerOf } from '../credentials/asker';
import { HashingBusy } from '../credentials/hashing-queue';
import { PasswordChanges } from '../credentials/password-changes.service';
import { Passwords } from '../credentials/passwords';
import type { SentForm } from '../sessions/sessions.service';
import type { User } from '../users/user.entity';
import { AddressNotProven, AddressProof } from './address-proof.service';
import { TooManyAttempts } from './attempt-counter';
import { AttackedAccounts } from './attacked-accounts.service';
import { AttemptLimits, type Attempt } from './attempt-limits';

/** Somebody who has given the right password of an active account. With a second factor, that opens nothing yet. */
export interface KnowsPassword {
  id: number;
  /** The stored hash of that password. */
  verifiedHash: string;
  /** The version of their second factors; null: they have none. */
  factors: string | null;
  remember: boolean;
  /** They have just set it. */
  isPasswordSet?: boolean;
  /** Where they did so by a link that proves it, and it was not proven before. */
  addressToProve?: string | undefined;
  origin: Origin;
  form?: SentForm | undefined;
}

/** Says whether address and password belong to an active user; never which of them was wrong. */
@Injectable()
export class PasswordCheck {
  constructor(
    private readonly users: UsersService,
    private readonly passwordChanges: PasswordChanges,
    private readonly passwords: Passwords,
    private readonly limits: AttemptLimits,
    private readonly events: SignInEvents,
    private readonly proof: AddressProof,
    private readonly attacked: AttackedAccounts,
  ) {}

  /**
   * One password hash is computed whether the address is unknown, the password wrong or the account inactive.
   *
   * @param email normalised
   * @param browser where the account was signed in to from it before
   * @returns null when they may not sign in, for whatever reason
   * @throws TooManyAttempts or HashingBusy, before anything is hashed; AddressNotProven, after a mail to prove it
   */
  async authenticate(
    email: string,
    password: string,
    remember: boolean,
    origin: Origin,
    browser: string | null,
  ): Promise<KnowsPassword | null> {
    const attempt = { email, ip: origin.ip, browser };
    const isUnderAttack = await this.count(attempt, origin);
    if (isUnderAttack) await this.attacked.tellOwner(email);
    const user = await this.users.findByEmail(email);
    if (isUnderAttack && user) await this.record('account attacked', origin, user.id);
    const isTheirs = await this.verify(password, user, attempt);
    if (!user || !isTheirs || !user.active) {
      await this.record('sign-in refused', origin, user?.id);
      return null;
    }
    await this.limits.signInSucceeded(attempt);
    if (await this.proof.isMissing(user)) {
      await this.proof.mail(user);
      await this.record('sign-in refused', origin, user.id);
      throw new AddressNotProven();
    }
    const { id, factorsVersion: factors } = user;
    await this.record(factors === null ? 'signed in' : 'second factor asked', origin, id);
    return { id, verifiedHash: await this.upToDateHash(user, password, origin), factors, remember, origin };
  }

  /** @returns whether it was the last that the account takes today from browsers that it does not know */
  private async count(attempt: Attempt, origin: Origin): Promise<boolean> {
    this.passwords.ensureRoom(askerOf(attempt.ip, attempt.email));
    try {
      return await this.limits.beginSignIn(attempt);
    } catch (error) {
      if (error instanceof TooManyAttempts) await this.record('sign-in limited', origin);
      throw error;
    }
  }

  private record(kind: SignInEntry['kind'], { ip, requestId }: Origin, userId?: number): Promise<void> {
    return this.events.record({ kind, userId, ip }, { requestId });
  }

  private async verify(password: string, user: User | null, attempt: Attempt): Promise<boolean> {
    try {
      return await this.passwords.verify(password, user?.passwordHash, askerOf(attempt.ip, attempt.email));
    } catch (error) {
      if (error instanceof HashingBusy) await this.limits.signInNotTried(attempt);
      throw error;
    }
  }

  /** The stored hash, renewed first when it is of an older kind or cost. While too many wait, that is left for later. */
  private async upToDateHash(user: User, password: string, { ip }: Origin): Promise<string> {
    if (!this.passwords.needsRehash(user.passwordHash)) return user.passwordHash;
    try {
      const renewed = await this.passwords.hash(password, askerOf(ip, user.email));
      const isStored = await this.passwordChanges.replaceHash(user.id, user.passwordHash, renewed);
      return isStored ? renewed : user.passwordHash;
    } catch (error) {
      if (error instanceof HashingBusy) return user.passwordHash;
      throw error;
    }
  }
}
