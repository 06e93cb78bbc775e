import { withoutIdleJoiners, withoutNeededJoiners } from './joiners';

/** What a text may be: how messages begin, and its most characters. */
export interface TextRules {
  subject: string;
  most: number;
  /** Whether it may have the joiners that some scripts are written with; a name that must not be taken for another has none. */
  hasJoiners: boolean;
}

/** The kinds of text that name or describe something. */
const kinds = {
  name: { subject: 'A name', most: 100, hasJoiners: true },
  description: { subject: 'A description', most: 255, hasJoiners: true },
  reason: { subject: 'A reason', most: 255, hasJoiners: true },
  answer: { subject: 'An answer', most: 255, hasJoiners: true },
  roleName: { subject: "A role's name", most: 64, hasJoiners: false },
} as const satisfies Record<string, TextRules>;

export type KindOfText = keyof typeof kinds;

/** Longer than any text that may stand, in whatever form it comes. */
const LONGEST_READ = 1000;
/** More marks in a row than the Stream-Safe Text Format of UAX #15 allows. */
const unsafe = /\p{M}{31}/u;

/**
 * Whether a text may be looked at closely. To normalise a long one takes time, with many marks in a row as much as the
 * square of their number: what somebody sends to hold up everybody is refused unread.
 */
export function isReadable(text: string): boolean {
  return text.length <= LONGEST_READ && !unsafe.test(text);
}

/**
 * The one form of a text that names something: NFC, single spaces, none at its ends, no idle joiners or variants. One that
 * is not readable stays as it is; `faultOfText` finds fault with it.
 */
export function normaliseText(text: string): string {
  if (!isReadable(text)) return text;
  const chosen = text.replace(/\p{Variation_Selector}/gu, '').normalize('NFC');
  return withoutIdleJoiners(chosen)
    .normalize('NFC')
    .replace(/\p{Zs}+/gu, ' ')
    .trim();
}

/**
 * A line of any length, as pieces that can be read: cut at spaces, which begin the next piece. What has no space stays
 * one piece.
 */
export function readablePieces(line: string): string[] {
  const pieces: string[] = [''];
  for (const word of line.split(/(?= )/)) {
    const last = pieces.length - 1;
    if (pieces[last]!.length + word.length <= LONGEST_READ) pieces[last] += word;
    else pieces.push(word);
  }
  return pieces;
}

/** Why a normalised text can't stand, in a sentence; null when it can. */
export function faultOfText(kind: KindOfText | TextRules, text: string): string | null {
  const { subject, most, hasJoiners } = typeof kind === 'string' ? kinds[kind] : kind;
  if ([...text].length > most) return `${subject} has at most ${most} characters.`;
  if (text.length > LONGEST_READ) return `${subject} ${tooLongAtOnce}`;
  if (!isReadable(text)) return `${subject} ${piled}`;
  const fault = faultOfCharacters(hasJoiners ? withoutNeededJoiners(text) : text);
  return fault && `${subject} ${fault}`;
}

/** Nothing of it shows, or it changes how the rest is read: categories C, and what fonts leave blank. */
const unseen = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\uFFFC\u{13441}\u{13442}\u{16FE4}\u{1D159}]/u;
const markAlone = /(?:^|\s)(\p{M})/u;
const pile = /\p{Mn}{5}/u;
const tooLongAtOnce = `can't have more than ${LONGEST_READ} characters without a space or a new line.`;
const piled = 'can have at most 4 marks on one letter.';

/** The rest of a sentence that begins with what has the fault, or null. */
export function faultOfCharacters(text: string): string | null {
  const hidden = unseen.exec(text);
  if (hidden) return `can't have the character ${codeOf(hidden[0])}, which stands ${placeIn(text, hidden.index)}.`;
  const alone = markAlone.exec(text)?.[1];
  if (alone) return `can't have the mark ${codeOf(alone)} without a letter before it.`;
  return unsafe.test(text) || pile.test(text.normalize('NFD')) ? piled : null;
}

/** "U+200B" */
export function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Only what can be shown is quoted: a text up to its first fault. */
function placeIn(text: string, index: number): string {
  const before = [...text.slice(0, index)].slice(-20).join('').trim();
  return before === '' ? 'at its beginning' : `after "${before}"`;
}
