import { isIP } from 'node:net';
import * as ipaddr from 'ipaddr.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** The address in what a proxy or a socket calls one, without the port and the zone that some add; null where there is none. */
export function addressIn(text: string): Address | null {
  const unquoted = text.trim().replace(/^"(.*)"$/, '$1');
  const [, bracketed] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(unquoted) ?? [];
  const [, beforePort] = /^([\d.]+):\d{1,5}$/.exec(unquoted) ?? [];
  const address = (bracketed ?? beforePort ?? unquoted).replace(/%.*$/, '');
  // ipaddr.js also reads "1" and "0x7f.1", as C does.
  return isIP(address) && ipaddr.isValid(address) ? ipaddr.process(address) : null;
}

/** What counts as one network: an IPv4 address, or the 64-bit prefix that an IPv6 customer is given. */
export function networkOf(ip: string): string {
  const address = addressIn(ip);
  if (!address) return 'unknown';
  return address instanceof ipaddr.IPv4
    ? address.toString()
    : `${address.parts
        .slice(0, 4)
        .map((part) => part.toString(16))
        .join(':')}::/64`;
}
