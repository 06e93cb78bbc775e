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
  return address instanceof ipaddr.IPv4 ? address.toString() : prefixOf(address, 64);
}

/** The networks that the one of an IPv6 address is in and that one owner may have whole: its /56 and its /48. */
export function widerNetworksOf(ip: string): string[] {
  const address = addressIn(ip);
  return address instanceof ipaddr.IPv6 ? [prefixOf(address, 56), prefixOf(address, 48)] : [];
}

function prefixOf(address: ipaddr.IPv6, bits: 64 | 56 | 48): string {
  const [a = 0, b = 0, c = 0, d = 0] = address.parts;
  const last = { 64: [d], 56: [d & 0xff00], 48: [] }[bits];
  return `${[a, b, c, ...last].map((part) => part.toString(16)).join(':')}::/${bits}`;
}
