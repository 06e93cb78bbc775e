import { confusables } from './confusables.data';

/** What a text looks like, by UTS #39: two texts with one skeleton can be taken for each other. */
export function skeleton(text: string): string {
  return [...text.normalize('NFD')]
    .map((character) => prototypes().get(character) ?? character)
    .join('')
    .normalize('NFD');
}

/** What it looks like as it stands, and in small and in capital letters: two texts that share one can be taken for each other. */
export function looksOf(text: string): string[] {
  return [...new Set([text, text.toLowerCase(), text.toUpperCase()].map(skeleton))];
}

let read: Map<string, string> | undefined;

/** Six thousand characters, decoded when somebody first asks. */
function prototypes(): Map<string, string> {
  read ??= new Map(confusables.trim().split(/\s+/).flatMap(decoded));
  return read;
}

function decoded(group: string): [string, string][] {
  const [prototype = '', steps = ''] = group.split(':');
  const looks = String.fromCodePoint(...prototype.split('+').map(base36));
  let code = 0;
  return steps.split(',').map((step) => [String.fromCodePoint((code += base36(step))), looks]);
}

function base36(digits: string): number {
  return parseInt(digits, 36);
}
