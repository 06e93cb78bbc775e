import { createHmac } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import bcrypt from 'bcrypt';
import pLimit from 'p-limit';
import { settings, type Settings } from '../config/settings';

const BCRYPT_READS = 72;
const BCRYPT = /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/;
const ARGON2ID = /^\$argon2id\$v=\d+\$m=\d+,t=\d+,p=\d+\$[+/A-Za-z0-9]+\$[+/A-Za-z0-9]+$/;
/** For so much of the time a hash took, its core is left to the pages before the next one that waits. */
const REST = 0.3;
/** A bcrypt hash of nothing anybody knows; its cost is replaced by today's, so a check of it takes as long as any other. */
const NOBODYS_HASH = '$12$abcdefghijklmnopqrstuuMBneEwX6XLxa8SqVGcMamnnP5TcUO9C';

/**
 * Hashes and checks passwords in the format of Flask-Security-Too: NFKD, HMAC-SHA512 with the pepper, base64, then
 * bcrypt of its first 72 characters (argon2id of all 88 is understood too). No password is ever truncated.
 * Never more hashes at once than the machine has cores, so that pages are still served while people sign in.
 */
@Injectable()
export class Passwords {
  private readonly oneOfCores = pLimit(availableParallelism());

  constructor(
    @Inject(settings.KEY) private readonly settings: Pick<Settings, 'SECURITY_PASSWORD_SALT' | 'BCRYPT_COST'>,
  ) {}

  async hash(password: string): Promise<string> {
    return this.inTurn(() => bcrypt.hash(this.peppered(password).slice(0, BCRYPT_READS), this.settings.BCRYPT_COST));
  }

  /**
   * Whether the password belongs to the stored hash. Without a usable hash (nobody's, empty, unknown format) it is
   * false, after one bcrypt of today's cost all the same: the time tells nobody who has an account.
   */
  async verify(password: string, stored: string | undefined): Promise<boolean> {
    const peppered = this.peppered(password);
    return this.inTurn(async () => {
      if (stored && ARGON2ID.test(stored)) return verifyArgon2id(stored, peppered);
      const isBcrypt = BCRYPT.test(stored ?? '');
      // $2y$ is PHP's name for what the library knows as $2b$.
      const hash = isBcrypt ? stored!.replace(/^\$2y\$/, '$2b$') : this.nobodysHash();
      return (await bcrypt.compare(peppered.slice(0, BCRYPT_READS), hash)) && isBcrypt;
    });
  }

  /** Whether a hash is of another kind or cost than a new one would be. */
  isBehind(stored: string): boolean {
    return !BCRYPT.test(stored) || bcrypt.getRounds(stored) !== this.settings.BCRYPT_COST;
  }

  /** The answer is given at once; only the next in the queue waits out the rest. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      void this.oneOfCores(async () => {
        const begun = performance.now();
        await work().then(resolve, reject);
        if (this.oneOfCores.pendingCount > 0) await pause((performance.now() - begun) * REST);
      });
    });
  }

  private peppered(password: string): string {
    return createHmac('sha512', this.settings.SECURITY_PASSWORD_SALT)
      .update(password.normalize('NFKD'), 'utf8')
      .digest('base64');
  }

  private nobodysHash(): string {
    return `$2b$${String(this.settings.BCRYPT_COST).padStart(2, '0')}${NOBODYS_HASH.slice(3)}`;
  }
}

async function verifyArgon2id(stored: string, peppered: string): Promise<boolean> {
  const argon2 = await import('@node-rs/argon2');
  try {
    return await argon2.verify(stored, peppered);
  } catch (error) {
    // A well-formed hash with impossible parameters verifies nobody; anything else is a failure of ours.
    if (/hash|decod|invalid|param/i.test(String(error))) return false;
    throw error;
  }
}
