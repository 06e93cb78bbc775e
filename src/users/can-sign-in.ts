/** Before a hash whose password signs nobody in any more. */
const LOCK = '!';

/** Of `person` in a query: who is active and has a password, which is not locked. */
export const CAN_SIGN_IN = `person.active = 1 AND person.passwordHash <> '' AND person.passwordHash NOT LIKE '${LOCK}%'`;

/** What an account holds in place of its hash: its password signs nobody in any more, and can be told from a new one. */
export function lockedHash(stored: string): string {
  return stored === '' || isLockedHash(stored) ? stored : `${LOCK}${stored}`;
}

export function isLockedHash(stored: string): boolean {
  return stored.startsWith(LOCK);
}

/** The hash that was locked. */
export function hashBehindLock(locked: string): string {
  return locked.slice(LOCK.length);
}
