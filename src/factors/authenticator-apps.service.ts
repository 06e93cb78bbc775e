import { Inject, Injectable } from '@nestjs/common';
import { IsNull, LessThan, type EntityManager } from 'typeorm';
import { EndsWithAccount, type AccountEnd } from '../accounts/account-end';
import type { Actor } from '../audit/actor';
import { Clock } from '../config/clock';
import { settings, type Settings } from '../config/settings';
import { Database } from '../database/database';
import { SweptHourly, type HourlyJob } from '../database/housekeeping';
import type { SessionRenewal } from '../sessions/sessions.service';
import { AuthenticatorApp } from './authenticator-app.entity';
import { confirmed } from './confirmed';
import { Encryption, SecretUnreadable, type Belonging } from './encryption';
import { AppSetUpAlready, NoAuthenticatorApp, WrongFirstCode } from './factor-errors';
import { FactorChanges } from './factor-changes.service';
import { RecoveryCodes } from './recovery-codes.service';
import { newTotpSecret, stepOfCode, totpAddress } from './totp';

/** So long after its secret was shown an app can be set up. */
const SETTING_UP_MS = 60 * 60_000;

/** What somebody enters into their app, or lets it read from a picture. */
export interface AppSecret {
  secret: string;
  address: string;
}

/** Apps on phones that show a new code every 30 seconds. Each code counts once. */
@EndsWithAccount
@SweptHourly
@Injectable()
export class AuthenticatorApps implements AccountEnd, HourlyJob {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly encryption: Encryption,
    private readonly changes: FactorChanges,
    private readonly recoveryCodes: RecoveryCodes,
    @Inject(settings.KEY) private readonly settings: Settings,
  ) {}

  async whenDeactivated(manager: EntityManager, userId: number): Promise<void> {
    await manager.delete(AuthenticatorApp, { userId, confirmedAt: IsNull() });
  }

  async whenSignedOut(manager: EntityManager, userId: number): Promise<void> {
    await manager.delete(AuthenticatorApp, { userId, confirmedAt: IsNull() });
  }

  /** Whoever saw its secret would have the codes of an app that the owner then sets up. */
  async whenOthersEnd(manager: EntityManager, userId: number): Promise<void> {
    await manager.delete(AuthenticatorApp, { userId, confirmedAt: IsNull() });
  }

  async sweep(): Promise<void> {
    const left = { confirmedAt: IsNull(), createdAt: LessThan(this.clock.now().getTime() - SETTING_UP_MS) };
    await this.database.transaction((manager) => manager.delete(AuthenticatorApp, left));
  }

  /** When theirs was set up; null where there is none. */
  async setUpAt(userId: number): Promise<Date | null> {
    const app = await this.database.read.findOneBy(AuthenticatorApp, { userId, confirmedAt: confirmed });
    return app && new Date(Number(app.confirmedAt));
  }

  /**
   * The secret of the app that they are setting up: a new one, or the one they were shown within the last hour.
   *
   * @throws AppSetUpAlready, EncryptionKeyMissing
   */
  async begin({ id, email }: { id: number; email: string }): Promise<AppSecret> {
    this.encryption.ensureKey();
    const known = await this.database.read.findOneBy(AuthenticatorApp, { userId: id });
    if (known?.confirmedAt) throw new AppSetUpAlready();
    const secret = known && this.isBeingSetUp(known) ? this.secretOf(known) : await this.beginAnew(id);
    return { secret, address: await totpAddress(secret, this.settings.APP_NAME, email) };
  }

  /**
   * Sets their app up by its first code, which counts as used.
   *
   * @returns recovery codes, where they had none
   * @throws WrongFirstCode, AppSetUpAlready, SecretUnreadable
   */
  async confirm(
    actor: Actor,
    { userId, code, keep }: { userId: number; code: string; keep?: SessionRenewal },
  ): Promise<string[] | null> {
    const known = await this.database.read.findOneBy(AuthenticatorApp, { userId });
    if (known?.confirmedAt) throw new AppSetUpAlready();
    if (!known || !this.isBeingSetUp(known)) throw new WrongFirstCode();
    const now = this.clock.now();
    const step = await stepOfCode(this.secretOf(known), code, now);
    if (step === null) throw new WrongFirstCode();
    return this.changes.change(actor, { userId, keep, action: 'user.set-up-app' }, async (manager) => {
      const shown = { userId, secret: known.secret, confirmedAt: IsNull() };
      const { affected } = await manager.update(AuthenticatorApp, shown, {
        confirmedAt: now.getTime(),
        lastStep: step,
      });
      if (affected !== 1) throw new AppSetUpAlready();
      return this.recoveryCodes.ensure(manager, userId);
    });
  }

  /** @throws NoAuthenticatorApp */
  async remove(actor: Actor, { userId, keep }: { userId: number; keep?: SessionRenewal }): Promise<void> {
    await this.changes.change(actor, { userId, keep, action: 'user.remove-app' }, async (manager) => {
      const { affected } = await manager.delete(AuthenticatorApp, { userId, confirmedAt: confirmed });
      if (affected !== 1) throw new NoAuthenticatorApp();
    });
  }

  /**
   * Uses a code up: of two requests with the same one at the same moment one is first.
   *
   * @returns whether it is one of theirs, of about now and not used yet. @throws SecretUnreadable
   */
  async use(userId: number, code: string): Promise<boolean> {
    const app = await this.database.read.findOneBy(AuthenticatorApp, { userId, confirmedAt: confirmed });
    if (!app) return false;
    const step = await stepOfCode(this.secretOf(app), code, this.clock.now());
    if (step === null) return false;
    const unused = { userId, confirmedAt: app.confirmedAt!, lastStep: LessThan(step) };
    const { affected } = await this.database.transaction((manager) =>
      manager.update(AuthenticatorApp, unused, { lastStep: step }),
    );
    return affected === 1;
  }

  /** Encrypts anew what was not encrypted with the first key. @returns how many, and the users whose secret no key reads */
  async reencrypt(): Promise<{ count: number; unreadable: number[] }> {
    const outcome = { count: 0, unreadable: [] as number[] };
    for (const app of await this.database.read.find(AuthenticatorApp, { order: { userId: 'ASC' } })) {
      if (this.encryption.isCurrent(app.secret)) continue;
      if (await this.reencryptOne(app)) outcome.count += 1;
      else outcome.unreadable.push(app.userId);
    }
    return outcome;
  }

  private async reencryptOne(app: AuthenticatorApp): Promise<boolean> {
    const secret = this.readable(app);
    if (secret === null) return false;
    const anew = { secret: this.encryption.encrypt(secret, belongingOf(app.userId)) };
    const same = { userId: app.userId, secret: app.secret };
    await this.database.transaction((manager) => manager.update(AuthenticatorApp, same, anew));
    return true;
  }

  private async beginAnew(userId: number): Promise<string> {
    const secret = await newTotpSecret();
    const begun = {
      userId,
      secret: this.encryption.encrypt(secret, belongingOf(userId)),
      createdAt: this.clock.now().getTime(),
      confirmedAt: null,
      lastStep: 0,
    };
    await this.database.transaction(async (manager) => {
      await manager.delete(AuthenticatorApp, { userId, confirmedAt: IsNull() });
      await manager.insert(AuthenticatorApp, begun);
    });
    return secret;
  }

  private isBeingSetUp({ confirmedAt, createdAt }: AuthenticatorApp): boolean {
    return !confirmedAt && this.clock.now().getTime() - createdAt < SETTING_UP_MS;
  }

  private secretOf({ userId, secret }: AuthenticatorApp): string {
    return this.encryption.decrypt(secret, belongingOf(userId));
  }

  private readable(app: AuthenticatorApp): string | null {
    try {
      return this.secretOf(app);
    } catch (error) {
      if (error instanceof SecretUnreadable) return null;
      throw error;
    }
  }
}

function belongingOf(userId: number): Belonging {
  return { userId, purpose: 'authenticator app' };
}
