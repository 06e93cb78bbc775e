import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LessThan } from 'typeorm';
import { Clock } from '../config/clock';
import { networkOf } from '../config/network';
import { Database } from '../database/database';
import { SweptHourly, type HourlyJob } from '../database/housekeeping';
import { emailKey } from '../text/email-address';
import { AttemptCounter, TooManyAttempts, useAll, type Count } from './attempt-counter';
import { NetworkCounter } from './network-counter';
import { RateLimit } from './rate-limit.entity';

const HOUR = 60 * 60;
const QUARTER = HOUR / 4;
const DAY = 24 * HOUR;

/** Any 24 hours meet at most two windows of a day: together they are fewer than 100. */
const MOST_OF_DAY = 49;

/** An attempt to sign in: for which account, and from where. */
export interface Attempt {
  email: string;
  ip: string;
  /** The browser, where this account was signed in to from it before. */
  browser: string | null;
}

/** The account takes no more passwords today from browsers that it does not know. */
export class AccountUnderAttack extends TooManyAttempts {
  constructor(retryAfterSeconds: number) {
    super(
      retryAfterSeconds,
      'Too many wrong passwords were tried for this account today. If it is yours, sign in with a browser that you have signed in with before, or set a new password by a link: from “Forgot your password?” or from an administrator.',
    );
  }
}

/** The account takes no more codes of an app today. */
export class AppCodesUsedUp extends TooManyAttempts {
  constructor(retryAfterSeconds: number) {
    super(
      retryAfterSeconds,
      'Too many wrong codes were tried for this account today. Use a recovery code or a passkey, or ask an administrator.',
    );
  }
}

/**
 * Bounds guessing, and what else costs a hash. An attempt is counted before it is tried, so that many at once can't pass
 * together, and given back when it turns out to be no failure. Where a count is used up, nothing more is written.
 *
 * A browser that an account was signed in to from before has counts of its own there: whoever guesses elsewhere, from
 * however many networks, or from the same one, does not use them up.
 */
@SweptHourly
@Injectable()
export class AttemptLimits implements HourlyJob {
  private readonly ofAccount: AttemptCounter;
  private readonly ofAccountInDay: AttemptCounter;
  private readonly ofNetwork: NetworkCounter;
  private readonly ofBrowser: AttemptCounter;
  private readonly ofBrowserInDay: AttemptCounter;
  private readonly successesOfAccount: AttemptCounter;
  private readonly successesOfNetwork: NetworkCounter;
  private readonly codesFromNetwork: AttemptCounter;
  private readonly codesOfAccount: AttemptCounter;
  private readonly codesOfAccountInDay: AttemptCounter;
  private readonly recoveryCodes: AttemptCounter;
  private readonly passkeys: NetworkCounter;
  private readonly emailChanges: AttemptCounter;
  private readonly registrations: NetworkCounter;
  private readonly passwordLinks: NetworkCounter;
  private readonly passwordChoices: NetworkCounter;
  private readonly recoveries: NetworkCounter;
  private readonly recoveriesOfAccount: AttemptCounter;
  private readonly recoveriesOfAccountInDay: AttemptCounter;
  private readonly registrationsFromNetwork: AttemptCounter;
  private readonly registrationsOfAddress: AttemptCounter;
  private readonly registrationsOfAddressInDay: AttemptCounter;
  private readonly proofsOfAddress: AttemptCounter;
  private readonly changesToAddress: AttemptCounter;
  private readonly changesToAddressInDay: AttemptCounter;
  private readonly confirmations: AttemptCounter;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    const ofAccount = (name: string, most: number, seconds: number) =>
      new AttemptCounter(database, {
        name,
        most,
        seconds,
        ...(seconds === DAY ? { refusal: AccountUnderAttack } : {}),
      });
    const ofNetwork = (name: string, most: number, seconds: number) =>
      new NetworkCounter(database, { name, most, seconds });
    this.ofAccount = ofAccount('sign-in-account', 10, QUARTER);
    this.ofAccountInDay = ofAccount('sign-in-account-day', MOST_OF_DAY, DAY);
    this.ofNetwork = ofNetwork('sign-in-network', 100, QUARTER);
    this.ofBrowser = ofAccount('sign-in-browser', 10, QUARTER);
    this.ofBrowserInDay = ofAccount('sign-in-browser-day', MOST_OF_DAY, DAY);
    this.successesOfAccount = ofAccount('signed-in-account', 300, QUARTER);
    this.successesOfNetwork = ofNetwork('signed-in-network', 1000, QUARTER);
    this.codesFromNetwork = ofAccount('code-account-network', 5, QUARTER);
    this.codesOfAccount = ofAccount('code-account', 20, HOUR);
    this.codesOfAccountInDay = new AttemptCounter(database, {
      name: 'code-account-day',
      most: MOST_OF_DAY,
      seconds: DAY,
      refusal: AppCodesUsedUp,
    });
    this.recoveryCodes = ofAccount('recovery-code-account', 30, QUARTER);
    this.passkeys = ofNetwork('passkey-network', 100, QUARTER);
    this.emailChanges = ofAccount('email-change', 5, HOUR);
    this.registrations = ofNetwork('registration', 30, HOUR);
    this.passwordLinks = ofNetwork('password-link', 30, HOUR);
    this.passwordChoices = ofNetwork('password-choice', 120, HOUR);
    this.recoveries = ofNetwork('recovery', 30, HOUR);
    const mails = (name: string, most: number, seconds: number) =>
      new AttemptCounter(database, { name, most, seconds });
    this.recoveriesOfAccount = mails('recovery-account', 3, HOUR);
    this.recoveriesOfAccountInDay = mails('recovery-account-day', 10, DAY);
    this.registrationsFromNetwork = mails('registration-address-network', 3, HOUR);
    this.registrationsOfAddress = mails('registration-address', 10, HOUR);
    this.registrationsOfAddressInDay = mails('registration-address-day', 20, DAY);
    this.proofsOfAddress = mails('proof-address', 3, HOUR);
    this.changesToAddress = mails('change-address', 10, HOUR);
    this.changesToAddressInDay = mails('change-address-day', 20, DAY);
    this.confirmations = ofAccount('confirmation', 10, HOUR);
  }

  async sweep(): Promise<void> {
    const ended = { expiresAt: LessThan(this.clock.now().getTime()) };
    await this.database.transaction((manager) => manager.delete(RateLimit, ended));
  }

  /**
   * @returns whether the account takes no more today but from browsers it knows: true for the one attempt that came last
   * @throws TooManyAttempts
   */
  async beginSignIn(attempt: Attempt): Promise<boolean> {
    await this.successesOfAccount.ensureLeft(accountKey(attempt));
    if (!attempt.browser) await this.successesOfNetwork.ensureLeft(attempt.ip);
    const { networks, here, inDay } = this.countsOf(attempt);
    const left = await useAll([...networks, here, inDay]);
    return !attempt.browser && left.at(-1) === 0;
  }

  /** A success was no failure: the count of the account there is cleared, and the others are given back. */
  async signInSucceeded(attempt: Attempt): Promise<void> {
    const { networks, here, inDay } = this.countsOf(attempt);
    await here[0].clear(here[1]);
    for (const [counter, key] of [...networks, inDay]) await counter.giveBack(key);
    await this.successesOfAccount.add(accountKey(attempt));
    await this.successesOfNetwork.add(attempt.ip);
  }

  /** It was not tried after all. */
  async signInNotTried(attempt: Attempt): Promise<void> {
    const { networks, here, inDay } = this.countsOf(attempt);
    for (const [counter, key] of [...networks, here, inDay]) await counter.giveBack(key);
  }

  /**
   * Of somebody who knows the password. A code has six digits: few guesses from one network, so that who guesses does not
   * keep out its owner, and few from all of them.
   *
   * @throws TooManyAttempts
   */
  async beginCode(userId: number, ip: string): Promise<void> {
    await useAll([
      [this.codesOfAccountInDay, `${userId}`],
      [this.codesOfAccount, `${userId}`],
      [this.codesFromNetwork, fromNetwork(userId, ip)],
    ]);
  }

  async codeWasRight(userId: number, ip: string): Promise<void> {
    await this.codesFromNetwork.clear(fromNetwork(userId, ip));
    await this.codesOfAccount.giveBack(`${userId}`);
    await this.codesOfAccountInDay.giveBack(`${userId}`);
  }

  /** Nobody guesses one: guesses only bound the work, and apart from those of other codes. @throws TooManyAttempts */
  async beginRecoveryCode(userId: number, ip: string): Promise<void> {
    await this.recoveryCodes.use(fromNetwork(userId, ip));
  }

  /** Nobody guesses one: this bounds the work. @throws TooManyAttempts */
  async beginPasskey(ip: string): Promise<void> {
    await this.passkeys.use(ip);
  }

  async passkeyWasRight(ip: string): Promise<void> {
    await this.passkeys.giveBack(ip);
  }

  /** @throws TooManyAttempts */
  async beginRegistration(ip: string): Promise<void> {
    await this.registrations.use(ip);
  }

  /** Before it is estimated how strong a password is. @throws TooManyAttempts */
  async beginPasswordChoice(ip: string): Promise<void> {
    await this.passwordChoices.use(ip);
  }

  /** @throws TooManyAttempts */
  async beginRecovery(ip: string): Promise<void> {
    await this.recoveries.use(ip);
  }

  /** Before somebody is mailed a link to recover; nobody can fill a mailbox. @returns false where they got enough */
  async mayMailRecovery(userId: number): Promise<boolean> {
    const account = String(userId);
    return areLeft([
      [this.recoveriesOfAccount, account],
      [this.recoveriesOfAccountInDay, account],
    ]);
  }

  /**
   * Before an address is mailed that somebody registered with it: few from one network, so that a stranger does not keep out
   * the owner of the mailbox, and few from all of them.
   *
   * @returns false where it got enough
   */
  async mayMailRegistration(email: string, ip: string): Promise<boolean> {
    const address = keyOf(emailKey(email));
    return areLeft([
      [this.registrationsFromNetwork, keyOf(`${address}\n${networkOf(ip)}`)],
      [this.registrationsOfAddress, address],
      [this.registrationsOfAddressInDay, address],
    ]);
  }

  /** Before somebody who knows the password is mailed a link to prove their address. @returns false where it got enough */
  async mayMailProof(email: string): Promise<boolean> {
    return areLeft([[this.proofsOfAddress, keyOf(emailKey(email))]]);
  }

  /** Before an address is mailed that somebody wants it for their account. @returns false where it got enough */
  async mayMailEmailChange(email: string): Promise<boolean> {
    const address = keyOf(emailKey(email));
    return areLeft([
      [this.changesToAddress, address],
      [this.changesToAddressInDay, address],
    ]);
  }

  /** Before somebody asks for another address: each time the old one is mailed. @throws TooManyAttempts */
  async beginEmailChange(userId: number): Promise<void> {
    await this.emailChanges.use(String(userId));
  }

  /** Before the password of a registration is checked. @throws TooManyAttempts */
  async beginConfirmation(registration: string, ip: string): Promise<void> {
    await this.confirmations.use(registration);
    await this.passwordLinks.use(ip);
  }

  /** @throws TooManyAttempts */
  async beginPasswordLink(ip: string): Promise<void> {
    await this.passwordLinks.use(ip);
  }

  private countsOf(attempt: Attempt): { networks: Count[]; here: Count; inDay: Count } {
    const { ip, browser } = attempt;
    const account = accountKey(attempt);
    if (browser) {
      const key = keyOf(`${account}\n${browser}`);
      return { networks: [], here: [this.ofBrowser, key], inDay: [this.ofBrowserInDay, key] };
    }
    const here = keyOf(`${account}\n${networkOf(ip)}`);
    return {
      networks: this.ofNetwork.of(ip),
      here: [this.ofAccount, here],
      inDay: [this.ofAccountInDay, account],
    };
  }
}

function fromNetwork(userId: number, ip: string): string {
  return keyOf(`${userId}\n${networkOf(ip)}`);
}

function accountKey({ email }: Attempt): string {
  return keyOf(emailKey(email));
}

function keyOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function areLeft(counts: readonly Count[]): Promise<boolean> {
  try {
    await useAll(counts);
    return true;
  } catch (error) {
    if (error instanceof TooManyAttempts) return false;
    throw error;
  }
}
