import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { LessThan } from 'typeorm';
import type { Actor } from '../audit/actor';
import { Clock } from '../config/clock';
import { settings, type Settings } from '../config/settings';
import { Database } from '../database/database';
import { isUniqueViolation } from '../database/errors';
import { SweptHourly, type HourlyJob } from '../database/housekeeping';
import type { SessionRenewal } from '../sessions/sessions.service';
import { NoSuchPasskey, PasskeyNotAccepted, TooManyPasskeys } from './factor-errors';
import { FactorChanges } from './factor-changes.service';
import { Passkey } from './passkey.entity';
import { RecoveryCodes } from './recovery-codes.service';
import { UsedChallenge } from './used-challenge.entity';
import {
  parseAuthentication,
  parseRegistration,
  siteOf,
  verifiedAuthentication,
  verifiedRegistration,
  webAuthn,
  type Site,
} from './web-authn';

const MOST = 20;
/** No cookie of a flow lasts so long. */
const CHALLENGES_KEPT_MS = 2 * 60 * 60_000;

/**
 * Keys that sign somebody in without a password: the device asks for a finger, a face or a PIN, so each stands for both
 * factors. A challenge is answered once.
 */
@SweptHourly
@Injectable()
export class Passkeys implements HourlyJob {
  private readonly site: Site;
  private readonly handleKey: Buffer;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly changes: FactorChanges,
    private readonly recoveryCodes: RecoveryCodes,
    @Inject(settings.KEY) private readonly settings: Settings,
  ) {
    this.site = siteOf(settings.APP_URL);
    this.handleKey = Buffer.from(hkdfSync('sha256', settings.SECURITY_PASSWORD_SALT, '', 'passkey user handle', 32));
  }

  async sweep(): Promise<void> {
    const old = { usedAt: LessThan(this.clock.now().getTime() - CHALLENGES_KEPT_MS) };
    await this.database.transaction((manager) => manager.delete(UsedChallenge, old));
  }

  of(userId: number): Promise<Passkey[]> {
    return this.database.read.find(Passkey, { where: { userId }, order: { id: 'ASC' } });
  }

  async optionsToAdd(user: {
    id: number;
    email: string;
    name: string;
  }): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const { generateRegistrationOptions } = await webAuthn();
    return generateRegistrationOptions({
      rpName: this.settings.APP_NAME,
      rpID: this.site.id,
      userName: user.email,
      userDisplayName: user.name || user.email,
      userID: new Uint8Array(this.handleOf(user.id)),
      challenge: newChallenge(),
      attestationType: 'none',
      excludeCredentials: (await this.of(user.id)).map(({ credentialId: id }) => ({ id })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
  }

  /**
   * @returns recovery codes, where they had none
   * @throws PasskeyNotAccepted, TooManyPasskeys
   */
  async add(
    actor: Actor,
    given: { userId: number; credential: string; challenge: string; name: string; keep?: SessionRenewal },
  ): Promise<string[] | null> {
    const { userId, challenge, name, keep } = given;
    const response = parseRegistration(given.credential);
    const info = response && (await verifiedRegistration(response, challenge, this.site));
    if (!info || !(await this.useChallenge(challenge))) throw new PasskeyNotAccepted();
    const { id: credentialId, publicKey, counter } = info.credential;
    const row = {
      userId,
      name,
      counter,
      credentialId,
      credentialHash: hashOf(credentialId),
      publicKey: Buffer.from(publicKey).toString('base64url'),
      createdAt: this.clock.now().getTime(),
      lastUsedAt: null,
    };
    const change = { userId, keep, action: 'user.add-passkey', after: () => ({ passkey: name }) } as const;
    return this.changes.change(actor, change, async (manager) => {
      if ((await manager.countBy(Passkey, { userId })) >= MOST) throw new TooManyPasskeys();
      await manager.insert(Passkey, row).catch(refuseTwice);
      return this.recoveryCodes.ensure(manager, userId);
    });
  }

  /** @throws NoSuchPasskey */
  async remove(
    actor: Actor,
    { userId, id, keep }: { userId: number; id: number; keep?: SessionRenewal },
  ): Promise<void> {
    const change = { userId, keep, action: 'user.remove-passkey', after: (passkey: string) => ({ passkey }) } as const;
    await this.changes.change(actor, change, async (manager) => {
      const passkey = await manager.findOneBy(Passkey, { id, userId });
      if (!passkey) throw new NoSuchPasskey();
      await manager.delete(Passkey, { id, userId });
      return passkey.name;
    });
  }

  /** For whoever comes: the device knows which of its passkeys are for this site. */
  async optionsToSignIn(): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const { generateAuthenticationOptions } = await webAuthn();
    return generateAuthenticationOptions({
      rpID: this.site.id,
      challenge: newChallenge(),
      userVerification: 'required',
    });
  }

  /**
   * Uses the challenge up.
   *
   * @returns whose passkey has answered it; null for whatever is wrong with the answer
   */
  async ownerBy(credential: string, challenge: string): Promise<number | null> {
    const response = parseAuthentication(credential);
    const passkey = response && (await this.database.read.findOneBy(Passkey, { credentialHash: hashOf(response.id) }));
    if (!passkey) return null;
    const { id, userId, credentialId, publicKey, counter } = passkey;
    const { userHandle } = response.response;
    if (userHandle !== undefined && userHandle !== this.handleOf(userId).toString('base64url')) return null;
    const key = { id: credentialId, publicKey, counter };
    const info = await verifiedAuthentication(response, challenge, this.site, key);
    if (!info || !(await this.useChallenge(challenge))) return null;
    const used = { counter: info.newCounter, lastUsedAt: this.clock.now().getTime() };
    const { affected } = await this.database.transaction((manager) => manager.update(Passkey, { id, counter }, used));
    return affected === 1 ? userId : null;
  }

  /** @returns false where it was used: of two at the same moment one is first */
  private async useChallenge(challenge: string): Promise<boolean> {
    try {
      const used = { hash: hashOf(challenge), usedAt: this.clock.now().getTime() };
      await this.database.transaction((manager) => manager.insert(UsedChallenge, used));
      return true;
    } catch (error) {
      if (isUniqueViolation(error)) return false;
      throw error;
    }
  }

  /** Tells nobody who reads it on a device whose it is. */
  private handleOf(userId: number): Buffer {
    return createHmac('sha256', this.handleKey).update(`user ${userId}`).digest();
  }
}

function refuseTwice(error: unknown): never {
  throw isUniqueViolation(error) ? new PasskeyNotAccepted() : error;
}

function newChallenge(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(randomBytes(32));
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
