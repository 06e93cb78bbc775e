import { createHmac, hkdfSync, randomInt } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../audit/actor';
import { AuditService } from '../audit/audit.service';
import { settings, type Settings } from '../config/settings';
import { Database } from '../database/database';
import { RecoveryCode } from './recovery-code.entity';

const COUNT = 10;
/** With this alphabet, 59 bits: nobody guesses one. */
const LENGTH = 12;
/** Without what is read as something else: i, l and 1, o and 0. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
const CODE = new RegExp(`^[${ALPHABET}]{${LENGTH}}$`);

/** Codes on paper for when a second factor is lost. They are stored as hashes, and each lets its owner in once. */
@Injectable()
export class RecoveryCodes {
  private readonly key: Buffer;

  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    @Inject(settings.KEY) { SECURITY_PASSWORD_SALT }: Settings,
  ) {
    this.key = Buffer.from(hkdfSync('sha256', SECURITY_PASSWORD_SALT, '', 'recovery codes', 32));
  }

  /** Whether it is written like one, as they are typed. */
  static looksLike(text: string): boolean {
    return CODE.test(asMade(text));
  }

  left(userId: number): Promise<number> {
    return this.database.read.countBy(RecoveryCode, { userId });
  }

  /** The first ones; null where there are some already, which stay. */
  async ensure(manager: EntityManager, userId: number): Promise<string[] | null> {
    return (await manager.existsBy(RecoveryCode, { userId })) ? null : this.replace(manager, userId);
  }

  /** New ones in place of those there are: this is the only time that they can be read. */
  async replace(manager: EntityManager, userId: number): Promise<string[]> {
    const codes = new Set<string>();
    while (codes.size < COUNT) codes.add(newCode());
    await this.remove(manager, userId);
    await manager.insert(
      RecoveryCode,
      [...codes].map((code) => ({ hash: this.hashOf(userId, code), userId })),
    );
    return [...codes];
  }

  async remove(manager: EntityManager, userId: number): Promise<void> {
    await manager.delete(RecoveryCode, { userId });
  }

  /** Uses it up: of two at the same moment one is first. @returns whether it was one of theirs */
  async use(actor: Actor, userId: number, code: string): Promise<boolean> {
    return this.database.transaction(async (manager) => {
      const { affected } = await manager.delete(RecoveryCode, { userId, hash: this.hashOf(userId, asMade(code)) });
      if (affected !== 1) return false;
      const after = { left: await manager.countBy(RecoveryCode, { userId }) };
      await this.audit.append(manager, { actor, action: 'user.use-recovery-code', subject: `user ${userId}`, after });
      return true;
    });
  }

  private hashOf(userId: number, code: string): string {
    return createHmac('sha256', this.key).update(`user ${userId}\n${code}`).digest('hex');
  }
}

function newCode(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

/** Whoever copies it from paper may write capitals, blanks and hyphens. */
function asMade(text: string): string {
  return text.toLowerCase().replace(/[\s-]/g, '');
}
