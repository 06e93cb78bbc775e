import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { sealText, unsealText } from '../config/sealed-text';
import { settings, type Settings } from '../config/settings';
import { DomainError } from '../database/errors';

const VERSION = 'v1';

/** Whose secret it is and what it is for. Under any other owner or purpose it can't be read. */
export interface Belonging {
  userId: number;
  purpose: string;
}

/** A secret is to be kept, and there is no key yet to encrypt it with: an installation from before there were any. */
export class EncryptionKeyMissing extends DomainError {
  override readonly status = 503;

  constructor() {
    super(
      'The site has no key yet to keep secrets with. Whoever runs it makes one with "openssl rand -base64 32", puts it into .env as ENCRYPTION_KEY and starts the site again.',
    );
  }
}

/** No key of ENCRYPTION_KEY reads it, or it is not where it was written. */
export class SecretUnreadable extends DomainError {
  override readonly status = 503;

  constructor() {
    super(
      'The site can’t read a secret of this account. Whoever runs it has to bring back the key in ENCRYPTION_KEY that it was encrypted with.',
    );
  }
}

/**
 * Secrets at rest: AES-256-GCM under the first key of ENCRYPTION_KEY, read with each of them. What is stored names its
 * version and its key, and can't be moved to another account or another purpose.
 */
@Injectable()
export class Encryption {
  private readonly keys: readonly Buffer[];

  constructor(@Inject(settings.KEY) { ENCRYPTION_KEY }: Settings) {
    this.keys = ENCRYPTION_KEY;
  }

  /** @throws EncryptionKeyMissing */
  encrypt(secret: string, belonging: Belonging): string {
    const key = this.firstKey();
    return [VERSION, nameOf(key), sealText(key, secret, inWords(belonging))].join('.');
  }

  /** @throws SecretUnreadable */
  decrypt(stored: string, belonging: Belonging): string {
    const [version, name, sealed = ''] = stored.split('.');
    const key = this.keys.find((one) => nameOf(one) === name);
    const secret = key && version === VERSION ? unsealText(key, sealed, inWords(belonging)) : null;
    if (secret === null) throw new SecretUnreadable();
    return secret;
  }

  /** Whether it is encrypted with the key that encrypts now. @throws EncryptionKeyMissing */
  isCurrent(stored: string): boolean {
    return stored.startsWith(`${VERSION}.${nameOf(this.firstKey())}.`);
  }

  /** @throws EncryptionKeyMissing */
  ensureKey(): void {
    this.firstKey();
  }

  private firstKey(): Buffer {
    const [key] = this.keys;
    if (!key) throw new EncryptionKeyMissing();
    return key;
  }
}

function inWords({ userId, purpose }: Belonging): string {
  return `${VERSION}\n${purpose}\nuser ${userId}`;
}

/** Tells one key from another, and nothing about it. */
function nameOf(key: Buffer): string {
  return createHash('sha256').update('name of a key\n').update(key).digest('hex').slice(0, 8);
}
