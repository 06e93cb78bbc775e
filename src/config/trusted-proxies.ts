import * as ipaddr from 'ipaddr.js';

const named = ['loopback', 'linklocal', 'uniquelocal'];
const nobody = ['', 'false', 'no', 'off', '0', 'none'];

/** The proxies to believe, as Express takes them; an empty list for nobody; null when the text names no proxy. */
export function parseTrustedProxies(text: string): string[] | null {
  if (nobody.includes(text.trim().toLowerCase())) return [];
  const entries = text.split(',').map((entry) => entry.trim());
  return entries.every((entry) => named.includes(entry) || ipaddr.isValid(entry) || ipaddr.isValidCIDR(entry))
    ? entries
    : null;
}
