import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { Clock } from '../config/clock';
import { networkOf } from '../config/network';
import { Database } from '../database/database';
import { SweptHourly, type HourlyJob } from '../database/housekeeping';
import { emailKey } from '../text/email-address';
import { AttemptCounter } from './attempt-counter';
import { RateLimit } from './rate-limit.entity';

const HOUR = 60 * 60;
const QUARTER = HOUR / 4;

/**
 * Bounds guessing, and what else costs a hash. An attempt is counted before it is tried, so that many at once can't pass
 * together, and given back when it turns out to be no failure. Where a count is used up, nothing more is written.
 */
@SweptHourly
@Injectable()
export class AttemptLimits implements HourlyJob {
  private readonly ofAccount: AttemptCounter;
  private readonly ofNetwork: AttemptCounter;
  private readonly successesOfAccount: AttemptCounter;
  private readonly successesOfNetwork: AttemptCounter;
  private readonly codesFromNetwork: AttemptCounter;
  private readonly codesOfAccount: AttemptCounter;
  private readonly recoveryCodes: AttemptCounter;
  private readonly registrations: AttemptCounter;
  private readonly passwordLinks: AttemptCounter;
  private readonly passwordChoices: AttemptCounter;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    const counter = (name: string, most: number, seconds: number) =>
      new AttemptCounter(database, { name, most, seconds });
    this.ofAccount = counter('sign-in-account', 10, QUARTER);
    this.ofNetwork = counter('sign-in-network', 100, QUARTER);
    this.successesOfAccount = counter('signed-in-account', 300, QUARTER);
    this.successesOfNetwork = counter('signed-in-network', 1000, QUARTER);
    this.codesFromNetwork = counter('code-account-network', 5, QUARTER);
    this.codesOfAccount = counter('code-account', 20, HOUR);
    this.recoveryCodes = counter('recovery-code-account', 30, QUARTER);
    this.registrations = counter('registration', 30, HOUR);
    this.passwordLinks = counter('password-link', 30, HOUR);
    this.passwordChoices = counter('password-choice', 120, HOUR);
  }

  async sweep(): Promise<void> {
    const ended = { expiresAt: LessThan(this.clock.now().getTime()) };
    await this.database.transaction((manager) => manager.delete(RateLimit, ended));
  }

  /** @throws TooManyAttempts */
  async beginSignIn(email: string, ip: string): Promise<void> {
    const [account, network] = [accountKey(email, ip), networkOf(ip)];
    await this.successesOfAccount.ensureLeft(keyOf(emailKey(email)));
    await this.successesOfNetwork.ensureLeft(network);
    await this.ofAccount.ensureLeft(account);
    await this.ofNetwork.use(network);
    try {
      await this.ofAccount.use(account);
    } catch (error) {
      await this.ofNetwork.giveBack(network);
      throw error;
    }
  }

  /** A success was no failure: the account's count is cleared, and the network's attempt given back. */
  async signInSucceeded(email: string, ip: string): Promise<void> {
    await this.ofAccount.clear(accountKey(email, ip));
    await this.ofNetwork.giveBack(networkOf(ip));
    await this.successesOfAccount.add(keyOf(emailKey(email)));
    await this.successesOfNetwork.add(networkOf(ip));
  }

  /** It was not tried after all. */
  async signInNotTried(email: string, ip: string): Promise<void> {
    await this.ofAccount.giveBack(accountKey(email, ip));
    await this.ofNetwork.giveBack(networkOf(ip));
  }

  /**
   * Of somebody who knows the password. A code has six digits: few guesses from one network, so that who guesses does not
   * keep out its owner, and few from all of them.
   *
   * @throws TooManyAttempts
   */
  async beginCode(userId: number, ip: string): Promise<void> {
    await this.codesOfAccount.ensureLeft(`${userId}`);
    await this.codesFromNetwork.use(fromNetwork(userId, ip));
    await this.codesOfAccount.use(`${userId}`);
  }

  async codeWasRight(userId: number, ip: string): Promise<void> {
    await this.codesFromNetwork.clear(fromNetwork(userId, ip));
    await this.codesOfAccount.giveBack(`${userId}`);
  }

  /** Nobody guesses one: guesses only bound the work, and apart from those of other codes. @throws TooManyAttempts */
  async beginRecoveryCode(userId: number, ip: string): Promise<void> {
    await this.recoveryCodes.use(fromNetwork(userId, ip));
  }

  /** @throws TooManyAttempts */
  async beginRegistration(ip: string): Promise<void> {
    await this.registrations.use(networkOf(ip));
  }

  /** Before it is estimated how strong a password is. @throws TooManyAttempts */
  async beginPasswordChoice(ip: string): Promise<void> {
    await this.passwordChoices.use(networkOf(ip));
  }

  /** @throws TooManyAttempts */
  async beginPasswordLink(ip: string): Promise<void> {
    await this.passwordLinks.use(networkOf(ip));
  }
}

function fromNetwork(userId: number, ip: string): string {
  return keyOf(`${userId}\n${networkOf(ip)}`);
}

function accountKey(email: string, ip: string): string {
  return keyOf(`${emailKey(email)}\n${networkOf(ip)}`);
}

function keyOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
