import { createHash } from 'node:crypto';
import { HttpException, HttpStatus, Injectable } from '@nestjs/common';
import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { networkOf } from '../config/network';
import { Database } from '../database/database';
import { emailKey } from '../text/email-address';
import { DatabaseRateLimiter } from './database-rate-limiter';

export class TooManyAttempts extends HttpException {
  constructor(readonly retryAfterSeconds: number) {
    super(`Too many attempts. Try again in ${inMinutes(retryAfterSeconds)}.`, HttpStatus.TOO_MANY_REQUESTS);
  }
}

function inMinutes(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? 'a minute' : `${minutes} minutes`;
}

/**
 * Bounds guessing. An attempt is counted before it is tried, so that many at once can't pass together, and given
 * back when it turns out to be no failure.
 */
@Injectable()
export class AttemptLimits {
  private readonly ofAccount: DatabaseRateLimiter;
  private readonly ofNetwork: DatabaseRateLimiter;
  private readonly registrations: DatabaseRateLimiter;
  private readonly passwordLinks: DatabaseRateLimiter;
  private readonly passwordChoices: DatabaseRateLimiter;

  constructor(database: Database) {
    this.ofAccount = new DatabaseRateLimiter(database, { keyPrefix: 'sign-in-account', points: 10, duration: 15 * 60 });
    this.ofNetwork = new DatabaseRateLimiter(database, {
      keyPrefix: 'sign-in-network',
      points: 100,
      duration: 15 * 60,
    });
    this.registrations = new DatabaseRateLimiter(database, {
      keyPrefix: 'registration',
      points: 30,
      duration: 60 * 60,
    });
    this.passwordLinks = new DatabaseRateLimiter(database, {
      keyPrefix: 'password-link',
      points: 30,
      duration: 60 * 60,
    });
    this.passwordChoices = new DatabaseRateLimiter(database, {
      keyPrefix: 'password-choice',
      points: 120,
      duration: 60 * 60,
    });
  }

  /** @throws TooManyAttempts */
  async beginSignIn(email: string, ip: string): Promise<void> {
    await use(this.ofAccount, accountKey(email, ip));
    try {
      await use(this.ofNetwork, networkOf(ip));
    } catch (error) {
      await this.ofAccount.reward(accountKey(email, ip));
      throw error;
    }
  }

  /** A success was no failure: the account's count is cleared, and the network's attempt given back. */
  async signInSucceeded(email: string, ip: string): Promise<void> {
    await this.ofAccount.delete(accountKey(email, ip));
    await this.ofNetwork.reward(networkOf(ip));
  }

  /** @throws TooManyAttempts */
  async beginRegistration(ip: string): Promise<void> {
    await use(this.registrations, networkOf(ip));
  }

  /** Before it is estimated how strong a password is. @throws TooManyAttempts */
  async beginPasswordChoice(ip: string): Promise<void> {
    await use(this.passwordChoices, networkOf(ip));
  }

  /** @throws TooManyAttempts */
  async beginPasswordLink(ip: string): Promise<void> {
    await use(this.passwordLinks, networkOf(ip));
  }
}

function accountKey(email: string, ip: string): string {
  return createHash('sha256')
    .update(`${emailKey(email)}\n${networkOf(ip)}`)
    .digest('hex');
}

async function use(limiter: RateLimiterAbstract, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refused) {
    if (refused instanceof RateLimiterRes)
      throw new TooManyAttempts(Math.max(1, Math.ceil(refused.msBeforeNext / 1000)));
    throw refused;
  }
}
