import isEmail from 'validator/lib/isEmail';

/** The one spelling under which an address is stored and looked up: NFKC, trimmed, lower case. */
export function normaliseEmail(email: string): string {
  return email.normalize('NFKC').trim().toLowerCase();
}

/** Whether a normalised address has the form of one; no DNS is asked. */
export function isEmailAddress(email: string): boolean {
  return isEmail(email, { allow_utf8_local_part: true }) && email.length <= 254;
}
