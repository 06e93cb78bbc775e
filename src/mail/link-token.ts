import { derivedKeys, isSigned, signatureOf } from '../config/derived-keys';

const TOKEN = /^([0-9a-f]{32})\.([\w-]{43})$/;

/** Keys for the links of one kind, which open no link of another. */
export function linkKeys(secrets: readonly string[], kind: string): Buffer[] {
  return derivedKeys(secrets, `${kind} link`);
}

/** What an address names a link by: its id, and the proof that this site has written it. */
export function tokenOf(keys: readonly Buffer[], id: string): string {
  return `${id}.${signatureOf(keys, id)}`;
}

/** The id in a token that this site has written; null for any other text. */
export function idIn(keys: readonly Buffer[], token: string): string | null {
  const [, id, mac] = TOKEN.exec(token) ?? [];
  if (id === undefined || mac === undefined) return null;
  return isSigned(keys, id, mac) ? id : null;
}
