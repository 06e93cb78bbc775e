import { isIP } from 'node:net';
import * as ipaddr from 'ipaddr.js';
import { addressIn, type Address } from './network';

type Range = [Address, number];

/** The names that Express has for ranges of private addresses. */
const named: Record<string, readonly string[]> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};
const nobody = ['', 'false', 'no', 'off', '0', 'none'];

/** The widest ranges that belong to nobody but oneself, 10.0.0.0/8 and fc00::/7, have so many fixed bits. */
const leastBits = { ipv4: 8, ipv6: 7 };

/** The proxies to believe; an empty list for nobody. @throws UnusableProxies */
export function parseTrustedProxies(text: string): string[] {
  if (nobody.includes(text.trim().toLowerCase())) return [];
  const entries = text.split(',').map((entry) => entry.trim().toLowerCase());
  for (const entry of entries) rangesOf(entry);
  return entries;
}

export class UnusableProxies extends Error {
  static unreadable(entry: string): UnusableProxies {
    const why = /^\d+$/.test(entry) ? '; how many there are is not enough' : '';
    return new UnusableProxies(
      `must list the addresses or networks of your proxies, like 127.0.0.1, 10.0.0.0/8 or loopback${why}`,
    );
  }

  static tooMany(entry: string): UnusableProxies {
    return new UnusableProxies(
      `must list your proxies and nobody else: with ${entry}, strangers could claim to come from any address`,
    );
  }
}

/**
 * Whether an address is one of a proxy to believe, as Express asks about each on the way of a request. A connection that is
 * closed already has none.
 */
export function trusting(proxies: readonly string[]): (address: string | undefined) => boolean {
  const ranges = proxies.flatMap(rangesOf);
  return (text) => {
    const address = addressIn(text ?? '');
    return address !== null && ranges.some(([start, bits]) => isWithin(address, start, bits));
  };
}

function isWithin(address: Address, start: Address, bits: number): boolean {
  return address.kind() === start.kind() && address.match(start, bits);
}

function rangesOf(entry: string): Range[] {
  return named[entry]?.map(rangeOf) ?? [rangeOf(entry)];
}

function rangeOf(entry: string): Range {
  const [, text = '', length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
  const written = isIP(text) && ipaddr.isValid(text) ? ipaddr.parse(text) : null;
  if (!written) throw UnusableProxies.unreadable(entry);
  const most = written.kind() === 'ipv4' ? 32 : 128;
  const bits = Number(length ?? most);
  if (bits > most) throw UnusableProxies.unreadable(entry);
  const start = ipaddr.process(text);
  // An IPv4 address written as one of IPv6, as sockets that serve both do.
  const fixed = bits - (most - (start.kind() === 'ipv4' ? 32 : 128));
  if (fixed < leastBits[start.kind()] || start.range() === 'unspecified') throw UnusableProxies.tooMany(entry);
  return [start, fixed];
}
