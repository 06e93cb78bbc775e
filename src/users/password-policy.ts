import { isCommonPassword } from '../config/common-passwords';
import { normaliseEmail } from '../config/email-address';

const LEAST = 8;
const MOST = 4096;

/** Why this length is no password's, or null. Characters are counted as people see code points, any of them is welcome. */
export function faultOfLength(password: string): string | null {
  const length = [...password].length;
  if (length < LEAST) return `A password has at least ${LEAST} characters.`;
  if (length > MOST) return `A password has at most ${MOST} characters; this one has ${length}.`;
  return null;
}

/** Why this password is too easy to guess for this account, or null. */
export function faultOfStrength(password: string, email: string): string | null {
  if (isCommonPassword(password))
    return 'This is one of the most common passwords. Choose another, for instance three unrelated words.';
  if (normaliseEmail(password) === normaliseEmail(email)) return 'The password must not be the address itself.';
  return null;
}
