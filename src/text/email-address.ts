import { createHash } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { domainToASCII, domainToUnicode } from 'node:url';
import isEmail from 'validator/lib/isEmail';
import { codeOf, faultOfCharacters, isReadable } from './naming';
import { isOfOneScript } from './scripts';
import { skeleton } from './skeleton';

const LONGEST = 254;

/** An address as people read it: NFKC, trimmed, lower case, its domain in the letters that it was registered for. */
export function normaliseEmail(email: string): string {
  if (!isReadable(email)) return email;
  return withDomain(folded(email), (domain) => readable(asciiOf(domain)));
}

/** Whose address it is: two spellings of one mailbox have the same key, with the domain in ASCII. */
export function emailKey(email: string): string {
  if (!isReadable(email)) return email;
  return withDomain(folded(email), asciiOf);
}

/** Whether what was typed is this address of an account. */
export function isSameEmail(typed: string, email: string): boolean {
  return typedEmail(typed) === email || normaliseEmail(typed) === email;
}

/** An address as it was typed but for its case, and as earlier versions stored it. What is not readable stays as it is, and is none. */
export function typedEmail(email: string): string {
  if (!isReadable(email)) return email;
  return email.normalize('NFKC').trim().toLowerCase();
}

/** Whether it has the form of one, whoever may have it; no DNS is asked. */
export function isEmailAddress(email: string): boolean {
  return [typedEmail(email), emailKey(email)].some(hasForm);
}

/** Why nobody may take this address, in a sentence; null when somebody may. */
export function faultOfEmail(email: string): string | null {
  if (!isReadable(email)) return 'Enter an e-mail address, like name@example.org.';
  const typed = folded(email);
  const fault = faultOfCharacters(typed);
  if (fault) return `An address ${fault}`;
  if (!hasForm(emailKey(email)) || normaliseEmail(email).length > LONGEST)
    return 'Enter an e-mail address, like name@example.org.';
  const [local, domain] = partsOf(typed);
  return faultOfLabel(local) ?? domain.split(/[.。]/).map(faultOfLabel).find(Boolean) ?? null;
}

/**
 * What an address looks like. Two addresses of ASCII alone may look alike, tim@ and tirn@ are two people; an address with
 * any other character looks like nobody else's. `own` is stored, `others` are what nobody else may have stored.
 */
export function lookOfEmail(email: string): { own: string; others: string[] } {
  const shown = normaliseEmail(email);
  const look = createHash('sha256').update(skeleton(shown)).digest('base64url');
  const [ofAscii, ofOther] = [`a${look}`, `u${look}`];
  return isAscii(shown) ? { own: ofAscii, others: [ofOther] } : { own: ofOther, others: [ofAscii, ofOther] };
}

/** A capital in lower case may be two characters that are one. */
function folded(email: string): string {
  return typedEmail(email).normalize('NFKC');
}

function partsOf(email: string): [local: string, domain: string] {
  const at = email.lastIndexOf('@');
  return [email.slice(0, Math.max(at, 0)), email.slice(at + 1)];
}

function withDomain(email: string, spell: (domain: string) => string): string {
  const [local, domain] = partsOf(email);
  return email.includes('@') ? `${local}@${spell(domain)}` : email;
}

/** Node reads a domain as browsers do, who also take %41 and 0x7f.1 for one: only names are given to it. */
function asciiOf(domain: string): string {
  const ascii = /^[\p{L}\p{M}\p{N}.。·-]+$/u.test(domain) ? domainToASCII(domain) : '';
  return ascii === '' || isIPv4(ascii) ? domain : ascii;
}

/** In ASCII where the letters would be taken for others, or show nothing. */
function readable(ascii: string): string {
  const shown = domainToUnicode(ascii);
  if (shown === '' || isAscii(shown)) return ascii;
  const isDeceiving =
    isAscii(skeleton(shown)) || faultOfCharacters(shown) !== null || shown.split('.').some(faultOfLabel);
  return isDeceiving || asciiOf(shown) !== ascii ? ascii : shown;
}

/** A label of ASCII has no fault of this kind. */
function faultOfLabel(label: string): string | null {
  const sign = /[^\p{ASCII}\p{XID_Continue}]/u.exec(label)?.[0];
  if (sign) return `An address can't have the character ${codeOf(sign)}.`;
  return isAscii(label) || isOfOneScript(label)
    ? null
    : `An address can't mix the letters of several alphabets, as in "${label}".`;
}

function hasForm(email: string): boolean {
  return email.length <= LONGEST && isEmail(email, { allow_utf8_local_part: true });
}

function isAscii(text: string): boolean {
  return /^\p{ASCII}*$/u.test(text);
}
