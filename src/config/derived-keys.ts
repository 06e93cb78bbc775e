import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** 32 bytes from each secret of sessions for one purpose, useless for those and for any other: the first signs, all verify. */
export function derivedKeys(secrets: readonly string[], purpose: string): Buffer[] {
  return secrets.map((secret) => Buffer.from(hkdfSync('sha256', secret, '', purpose, 32)));
}

/** The proof that this site has written the text: 43 characters of base64url. */
export function signatureOf([key]: readonly Buffer[], text: string): string {
  if (!key) throw new Error('There is no key to sign with.');
  return macOf(key, text);
}

export function isSigned(keys: readonly Buffer[], text: string, signature: string): boolean {
  const given = Buffer.from(signature);
  return keys.some((key) => {
    const right = Buffer.from(macOf(key, text));
    return right.length === given.length && timingSafeEqual(right, given);
  });
}

function macOf(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}
