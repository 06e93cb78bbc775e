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
 * Bounds guessing, and what else costs a hash. An attempt is counted before it is tried, so that many at once can't pass
 * together, and given back when it turns out to be no failure. Where a count is used up, nothing more is written.
 */
@Injectable()
export class AttemptLimits {
  private readonly ofAccount: DatabaseRateLimiter;
  private readonly ofNetwork: DatabaseRateLimiter;
  private readonly successesOfAccount: DatabaseRateLimiter;
  private readonly successesOfNetwork: DatabaseRateLimiter;
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
    this.successesOfAccount = new DatabaseRateLimiter(database, {
      keyPrefix: 'signed-in-account',
      points: 300,
      duration: 15 * 60,
    });
    this.successesOfNetwork = new DatabaseRateLimiter(database, {
      keyPrefix: 'signed-in-network',
      points: 1000,
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
    const [account, network] = [accountKey(email, ip), networkOf(ip)];
    await ensureLeft(this.successesOfAccount, keyOf(emailKey(email)));
    await ensureLeft(this.successesOfNetwork, network);
    await ensureLeft(this.ofAccount, account);
    await use(this.ofNetwork, network);
    try {
      await use(this.ofAccount, account);
    } catch (error) {
      await this.ofNetwork.reward(network);
      throw error;
    }
  }

  /** A success was no failure: the account's count is cleared, and the network's attempt given back. */
  async signInSucceeded(email: string, ip: string): Promise<void> {
    await this.ofAccount.delete(accountKey(email, ip));
    await this.ofNetwork.reward(networkOf(ip));
    await this.successesOfAccount.penalty(keyOf(emailKey(email)));
    await this.successesOfNetwork.penalty(networkOf(ip));
  }

  /** It was not tried after all. */
  async signInNotTried(email: string, ip: string): Promise<void> {
    await this.ofAccount.reward(accountKey(email, ip));
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
  return keyOf(`${emailKey(email)}\n${networkOf(ip)}`);
}

function keyOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Looks, and writes nothing. @throws TooManyAttempts */
async function ensureLeft(limiter: RateLimiterAbstract, key: string): Promise<void> {
  const used = await limiter.get(key);
  if (used && used.consumedPoints >= limiter.points) throw tooMany(used);
}

/** @throws TooManyAttempts */
async function use(limiter: RateLimiterAbstract, key: string): Promise<void> {
  await ensureLeft(limiter, key);
  try {
    await limiter.consume(key);
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    // Of many at once some come too late for the look.
    await limiter.reward(key);
    throw tooMany(refused);
  }
}

function tooMany({ msBeforeNext }: RateLimiterRes): TooManyAttempts {
  return new TooManyAttempts(Math.max(1, Math.ceil(msBeforeNext / 1000)));
}
