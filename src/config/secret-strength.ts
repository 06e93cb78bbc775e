/** Secrets that stand in public texts, this project's own example among them. */
const published = [
  'LGBoUEDCCpgwxy5jZxpu9e01MTnRVqnG6A8ceD7Z4YU',
  '307680677384259925768439955171685999662',
  'abcd1234',
  'change-me',
  'changeme',
];

export function isPublished(secret: string): boolean {
  return published.includes(secret) || /^(change|replace|example|your)[-_ ]?/i.test(secret);
}

/** Too short, or made of so few different characters that no random source wrote it: decimal digits may lack some. */
export function isGuessable(secret: string): boolean {
  return secret.length < 32 || new Set(secret).size < 6;
}

/** Words that examples and people in a hurry make secrets of. */
const words =
  /administrator|admin|before|change|correct|default|deploy|development|example|festival|generate|here|horse|insecure|keyboard|long|lorem|ipsum|must|organi[sz]er|passphrase|password|passwd|placeholder|please|pepper|private|production|random|replace|salt|secret|secure|session|staple|battery|string|super|test|this|token|value|with|your/g;

/** Neighbours on a keyboard; what goes up or down by one step is found without it. */
const rows = [
  'qwertyuiop',
  'qwertzuiop',
  'asdfghjkl',
  'zxcvbnm',
  'yxcvbnm',
  'azertyuiop',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
];
const rowsBothWays = rows.flatMap((row) => [row, [...row].reverse().join('')]);

/** A shorter piece comes about by chance. */
const SHORTEST_PIECE = 4;
/** So many characters nobody can foretell are the least: as random decimal digits they are 66 bits. */
const LEAST_UNFORESEEN = 20;

/** Whether somebody typed it: little is left beside well-known words, repetitions, runs like "4321" and rows of a keyboard. */
export function isTyped(secret: string): boolean {
  const rest = secret
    .toLowerCase()
    .replace(words, '')
    .replace(/[\s\p{Pd}_.,]/gu, '');
  let unforeseen = 0;
  for (let i = 0; i < rest.length; i += foreseenAt(rest, i)) unforeseen++;
  return unforeseen < LEAST_UNFORESEEN;
}

/** How many characters from here on follow from what is before them, or from each other; 1 for none. */
function foreseenAt(text: string, start: number): number {
  const isForeseen = (length: number) => {
    const piece = text.slice(start, start + length);
    return (
      piece.length === length &&
      (isRun(piece) ||
        rowsBothWays.some((row) => row.includes(piece)) ||
        text.slice(0, start + length - 1).includes(piece))
    );
  };
  if (!isForeseen(SHORTEST_PIECE)) return 1;
  let length = SHORTEST_PIECE;
  while (isForeseen(length + 1)) length++;
  return length;
}

/** Whether each character is as far from the one before, like in "abcd", "8642" or "aaaa". */
function isRun(piece: string): boolean {
  const codes = [...piece].map((character) => character.codePointAt(0)!);
  const step = codes[1]! - codes[0]!;
  return Math.abs(step) <= 2 && codes.every((code, i) => i === 0 || code - codes[i - 1]! === step);
}
