import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { originOf } from '../access/origin';
import { SignInEvents } from '../audit/sign-in-events';
import { askerOf } from '../credentials/asker';
import { HashingBusy } from '../credentials/hashing-queue';
import { Passwords } from '../credentials/passwords';
import { KnownBrowsers } from '../sessions/known-browsers.service';
import type { User } from '../users/user.entity';
import { AttemptLimits, type Attempt } from './attempt-limits';

/** Checks the password of somebody who is signed in already. */
@Injectable()
export class OwnPassword {
  constructor(
    private readonly passwords: Passwords,
    private readonly limits: AttemptLimits,
    private readonly events: SignInEvents,
    private readonly browsers: KnownBrowsers,
  ) {}

  /**
   * Whether it is theirs. Who sits at somebody's open session could guess here as at the sign-in, so the same limit holds.
   *
   * @throws TooManyAttempts or HashingBusy, before anything is hashed
   */
  async verify(password: string, { id, email, passwordHash }: User, request: Request): Promise<boolean> {
    const { ip, requestId } = originOf(request);
    const attempt = { email, ip, browser: await this.browsers.hashIn(request, email) };
    this.passwords.ensureRoom(askerOf(ip, email));
    await this.limits.beginSignIn(attempt);
    if (await this.isTheirs(password, passwordHash, attempt)) {
      await this.limits.signInSucceeded(attempt);
      return true;
    }
    await this.events.record({ kind: 'wrong password', userId: id, ip }, { requestId });
    return false;
  }

  private async isTheirs(password: string, hash: string, attempt: Attempt): Promise<boolean> {
    try {
      return await this.passwords.verify(password, hash, askerOf(attempt.ip, attempt.email));
    } catch (error) {
      if (error instanceof HashingBusy) await this.limits.signInNotTried(attempt);
      throw error;
    }
  }
}
