import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

const TOKEN = /^([0-9a-f]{32})\.([\w-]{43})$/;

/** 32 bytes from each secret of sessions, useless for those: the first signs, all verify. */
export function linkKeys(secrets: readonly string[]): Buffer[] {
  return secrets.map((secret) => Buffer.from(hkdfSync('sha256', secret, '', 'password link', 32)));
}

/** What an address names a link by: its id, and the proof that this site has written it. */
export function tokenOf([key]: readonly Buffer[], id: string): string {
  if (!key) throw new Error('There is no key to sign a link with.');
  return `${id}.${macOf(key, id)}`;
}

/** The id in a token that this site has written; null for any other text. */
export function idIn(keys: readonly Buffer[], token: string): string | null {
  const [, id, mac] = TOKEN.exec(token) ?? [];
  if (id === undefined || mac === undefined) return null;
  return keys.some((key) => timingSafeEqual(Buffer.from(macOf(key, id)), Buffer.from(mac))) ? id : null;
}

function macOf(key: Buffer, id: string): string {
  return createHmac('sha256', key).update(id).digest('base64url');
}
