const LEAST = 8;
const MOST = 4096;

/** Why this length is no password's, or null. Characters are counted as people see code points, any of them is welcome. */
export function faultOfLength(password: string): string | null {
  if ([...password].length < LEAST) return `A password has at least ${LEAST} characters.`;
  return faultOfGreatLength(password);
}

/** Why nobody can have chosen a password of this length, or null: to read a very long one takes time. */
export function faultOfGreatLength(password: string): string | null {
  const length = [...password].length;
  return length > MOST ? `A password has at most ${MOST} characters; this one has ${length}.` : null;
}
