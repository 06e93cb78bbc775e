import { createHash } from 'node:crypto';
import { faultOfText, normaliseText } from './naming';
import { looksOf } from './skeleton';

/** Why no role may have this normalised name, in a sentence; null when one may. */
export function faultOfRoleName(name: string): string | null {
  if (name === '') return 'A role has a name, of at most 64 characters.';
  return name.includes(',') ? "A role's name can't have a comma." : faultOfText('roleName', name);
}

/**
 * Roles that share one of these keys can be taken for each other: what the name looks like as it stands, and in small
 * and in capital letters.
 */
export function keysOfRoleName(name: string): string[] {
  return looksOf(normaliseText(name)).map((look) => createHash('sha256').update(look).digest('base64url'));
}
