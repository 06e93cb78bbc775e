import { createHmac } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import bcrypt from 'bcrypt';
import { settings, type Settings } from '../config/settings';
import { hashBehindLock, isLockedHash } from '../users/can-sign-in';
import type { Asker } from './asker';
import { HashingQueue } from './hashing-queue';

const BCRYPT_READS = 72;
const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
const ARGON2ID = /^\$argon2id\$v=\d+\$m=(\d+),t=(\d+),p=(\d+)\$[+/A-Za-z0-9]+\$[+/A-Za-z0-9]+$/;
/** What a stored hash may ask for at most; an imported one that asks for more verifies nobody. Memory is in KiB. */
const MOST_OF_BCRYPT = 16;
const MOST_OF_ARGON2ID = { memory: 256 * 1024, memoryTimesPasses: 1024 * 1024, lanes: 16 };
const LEAST_COST = 4;
/** A bcrypt hash of nothing anybody knows; its cost is replaced by the one that is needed. */
const NOBODYS_HASH = '$12$abcdefghijklmnopqrstuuMBneEwX6XLxa8SqVGcMamnnP5TcUO9C';

/**
 * Hashes and checks passwords in the format of Flask-Security-Too: NFKD, HMAC-SHA512 with the pepper, base64, then
 * bcrypt of its first 72 characters (argon2id of all 88 is understood too). No password is ever truncated.
 *
 * @param asker whose turn it then is; null where nobody asks over the network. With one, every method that hashes throws
 *   HashingBusy when too much waits already.
 */
@Injectable()
export class Passwords {
  private readonly queue = new HashingQueue();

  constructor(
    @Inject(settings.KEY) private readonly settings: Pick<Settings, 'SECURITY_PASSWORD_SALT' | 'BCRYPT_COST'>,
  ) {}

  async hash(password: string, asker: Asker | null = null): Promise<string> {
    const read = this.peppered(password).slice(0, BCRYPT_READS);
    return this.queue.run(asker, () => bcrypt.hash(read, this.settings.BCRYPT_COST));
  }

  /**
   * Whether the password belongs to the stored hash. Without a usable hash (nobody's, empty, unknown format) it is
   * false. The work is that of one bcrypt of today's cost whatever is stored, so that the time tells nobody who has an
   * account: what an older hash saves is done beside it, and an argon2id runs at the same time. Only a bcrypt of a higher
   * cost takes longer, until it is replaced.
   */
  async verify(password: string, stored: string | undefined, asker: Asker | null = null): Promise<boolean> {
    const peppered = this.peppered(password);
    return this.queue.run(asker, () => this.matches(peppered, stored ?? ''));
  }

  /** Whether it is the one that `lockedHash` has locked. */
  async isLocked(password: string, stored: string, asker: Asker): Promise<boolean> {
    return isLockedHash(stored) && this.verify(password, hashBehindLock(stored), asker);
  }

  /** To be asked before an attempt is counted. @throws HashingBusy */
  ensureRoom(asker: Asker): void {
    this.queue.ensureRoom(asker);
  }

  /** Whether a hash is of another kind or cost than a new one would be. */
  needsRehash(stored: string): boolean {
    return !BCRYPT.test(stored) || bcrypt.getRounds(stored) !== this.settings.BCRYPT_COST;
  }

  private async matches(peppered: string, stored: string): Promise<boolean> {
    const read = peppered.slice(0, BCRYPT_READS);
    const today = this.settings.BCRYPT_COST;
    if (isFeasibleArgon2id(stored)) {
      const [isRight] = await Promise.all([verifyArgon2id(stored, peppered), bcrypt.compare(read, nobodysHash(today))]);
      return isRight;
    }
    const cost = feasibleCost(stored, today);
    if (cost === null) return (await bcrypt.compare(read, nobodysHash(today))) && false;
    // $2y$ is PHP's name for what the library knows as $2b$.
    const isRight = await bcrypt.compare(read, stored.replace(/^\$2y\$/, '$2b$'));
    for (const missing of costsBetween(cost, today)) await bcrypt.compare(read, nobodysHash(missing));
    return isRight;
  }

  private peppered(password: string): string {
    return createHmac('sha512', this.settings.SECURITY_PASSWORD_SALT)
      .update(password.normalize('NFKD'), 'utf8')
      .digest('base64');
  }
}

/** The cost of a bcrypt hash that is computed; null for what is none, or asks for too much. */
function feasibleCost(stored: string, today: number): number | null {
  const cost = Number(BCRYPT.exec(stored)?.[1] ?? NaN);
  return cost >= LEAST_COST && cost <= Math.max(today, MOST_OF_BCRYPT) ? cost : null;
}

/** Each cost doubles the work, so a hash of cost 9 and these, 9, 10 and 11, are the work of one of cost 12. */
function costsBetween(cost: number, today: number): number[] {
  return Array.from({ length: Math.max(0, today - cost) }, (_, i) => cost + i);
}

function nobodysHash(cost: number): string {
  return `$2b$${String(cost).padStart(2, '0')}${NOBODYS_HASH.slice(3)}`;
}

function isFeasibleArgon2id(stored: string): boolean {
  const asked = ARGON2ID.exec(stored)?.slice(1).map(Number);
  if (!asked) return false;
  const [memory = NaN, passes = NaN, lanes = NaN] = asked;
  const most = MOST_OF_ARGON2ID;
  return memory <= most.memory && memory * passes <= most.memoryTimesPasses && lanes <= most.lanes;
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
