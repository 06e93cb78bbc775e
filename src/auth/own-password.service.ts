import { Injectable } from '@nestjs/common';
import type { Origin } from '../access/origin';
import { SignInEvents } from '../audit/sign-in-events';
import { askerOf } from '../credentials/asker';
import { HashingBusy } from '../credentials/hashing-queue';
import { Passwords } from '../credentials/passwords';
import type { User } from '../users/user.entity';
import { AttemptLimits } from './attempt-limits';

/** Checks the password of somebody who is signed in already. */
@Injectable()
export class OwnPassword {
  constructor(
    private readonly passwords: Passwords,
    private readonly limits: AttemptLimits,
    private readonly events: SignInEvents,
  ) {}

  /**
   * Whether it is theirs. Who sits at somebody's open session could guess here as at the sign-in, so the same limit holds.
   *
   * @throws TooManyAttempts or HashingBusy, before anything is hashed
   */
  async verify(password: string, { id, email, passwordHash }: User, { ip, requestId }: Origin): Promise<boolean> {
    const asker = askerOf(ip, email);
    this.passwords.ensureRoom(asker);
    await this.limits.beginSignIn(email, ip);
    if (await this.isTheirs(password, passwordHash, { email, ip })) {
      await this.limits.signInSucceeded(email, ip);
      return true;
    }
    await this.events.record({ kind: 'wrong password', userId: id, ip }, { requestId });
    return false;
  }

  private async isTheirs(password: string, hash: string, { email, ip }: { email: string; ip: string }) {
    try {
      return await this.passwords.verify(password, hash, askerOf(ip, email));
    } catch (error) {
      if (error instanceof HashingBusy) await this.limits.signInNotTried(email, ip);
      throw error;
    }
  }
}
