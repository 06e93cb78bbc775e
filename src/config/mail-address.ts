import { isIP } from 'node:net';
import { isEmailAddress, normaliseEmail } from '../text/email-address';
import { faultOfCharacters, normaliseText } from '../text/naming';

/** A mail server, and how far the way to it is protected. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly isTlsFromStart: boolean;
  /** `required`: nothing is said before the way is encrypted; `offered`: where the server can; `none`: within this machine. */
  readonly tls: 'required' | 'offered' | 'none';
  readonly credentials: { readonly user: string; readonly password: string } | null;
}

/** What is wrong with an address of mail; never shows the password in it. */
export class MailAddressFault extends Error {}

/** Reads `smtp://user:password@host:587` and `smtps://…`. @throws MailAddressFault */
export function parseMailServer(text: string): MailServer {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !['smtp:', 'smtps:'].includes(url.protocol) || !url.hostname)
    throw new MailAddressFault('must be the address of an SMTP server, like smtp://user:password@mail.example.org:587');
  if (!['', '/'].includes(url.pathname) || url.search || url.hash)
    throw new MailAddressFault(
      'must end with the host or its port; encode "/", "?", "#" and "@" in a password, as %2F, %3F, %23 and %40',
    );
  const isTlsFromStart = url.protocol === 'smtps:';
  const credentials = credentialsIn(url);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const tls = isTlsFromStart || credentials ? 'required' : isLoopback(host) ? 'none' : 'offered';
  return { host, port: Number(url.port) || (isTlsFromStart ? 465 : 587), isTlsFromStart, tls, credentials };
}

function credentialsIn({ username, password }: URL): MailServer['credentials'] {
  if (username === '' && password === '') return null;
  if (username === '' || password === '')
    throw new MailAddressFault('must hold both a user and a password, or neither');
  try {
    return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    throw new MailAddressFault('holds a "%" that begins no encoded character; write it as %25');
  }
}

/** Whether what is sent could be read on its way. */
export function isReadableOnItsWay({ tls }: MailServer): boolean {
  return tls === 'offered';
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

export interface Sender {
  readonly name: string | null;
  readonly address: string;
}

/** Reads `festival@example.org` and `The festival <festival@example.org>`. @throws MailAddressFault */
export function parseSender(text: string): Sender {
  const [, quoted, address = text] = /^(.*?)\s*<([^<>]*)>$/.exec(text) ?? [];
  const name = normaliseText((quoted ?? '').replace(/^"(.*)"$/, '$1'));
  if (!isEmailAddress(address) || faultOfCharacters(name) !== null)
    throw new MailAddressFault(
      'must be an e-mail address, like festival@example.org or The festival <festival@example.org>',
    );
  return { name: name || null, address: normaliseEmail(address) };
}
