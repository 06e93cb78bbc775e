import { distance } from 'fastest-levenshtein';

/**
 * The known name that a mistyped one most resembles, or undefined when none is near.
 *
 * @param mostEdits how many letters of a name of so many may be other ones
 */
export function nearest(
  name: string,
  known: readonly string[],
  mostEdits = (length: number) => Math.max(2, length / 2),
): string | undefined {
  const [best] = known
    .map((candidate) => ({ candidate, edits: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= mostEdits(candidate.length))
    .sort((a, b) => a.edits - b.edits);
  return best?.candidate;
}
