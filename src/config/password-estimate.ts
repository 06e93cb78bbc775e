import { setImmediate as turn } from 'node:timers/promises';
import { distance } from 'fastest-levenshtein';
import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

/** So many guesses are the least: what zxcvbn calls "safely unguessable" where attempts are limited, and eight characters of a random kind. */
const LEAST_GUESSES_LOG10 = 7.99;
/** The estimate takes time that grows faster than the text: a strong beginning is enough, and what comes later is not looked at. */
const LOOKED_AT = [16, 64];
/** A longer piece may be a passphrase of its own. */
const LONGEST_REPEATED = 24;
/** A name shorter than this stands in too many words. */
const SHORTEST_NAME = 3;
/** So many characters beside a name are not worth a password. */
const TOO_FEW_BESIDE_A_NAME = 5;

/**
 * Why a secret is easy to guess, as what is said of it: "repeats itself"; null for one that is not. Length is not judged.
 *
 * @param context names that whoever guesses knows or tries first: the person's, their address, the site's.
 */
export async function weaknessOf(secret: string, context: readonly string[]): Promise<string | null> {
  const text = folded(secret);
  const characters = [...text.toLowerCase()];
  if (/^[\s\p{C}]*$/u.test(text)) return 'is blank';
  if (repeatsItself(characters)) return 'repeats itself';
  if (isSequence(characters)) return 'is a simple sequence';
  const names = context.map((name) => folded(name).toLowerCase()).filter((name) => name.length >= SHORTEST_NAME);
  if (isMadeOf(names, text.toLowerCase())) return 'is made of names that are easy to find out';
  return estimate(await zxcvbn(), text, names);
}

/** As people who guess would write it: without accents, and without what can't be seen. */
function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]|\p{Default_Ignorable_Code_Point}/gu, '')
    .normalize('NFC');
}

function repeatsItself(characters: readonly string[]): boolean {
  const longest = Math.min(LONGEST_REPEATED, Math.ceil(characters.length / 2));
  for (let piece = 1; piece <= longest; piece++) {
    if (characters.every((character, i) => i < piece || character === characters[i - piece])) return true;
  }
  return false;
}

/** Whether it is no more than two runs like "abcd", "8642" or "aaaa". */
function isSequence(characters: readonly string[]): boolean {
  const codes = characters.map((character) => character.codePointAt(0)!);
  let runs = 0;
  for (let i = 0; i < codes.length; runs++) {
    const step = (codes[i + 1] ?? NaN) - codes[i]!;
    const isRun = Math.abs(step) <= 2;
    i++;
    while (isRun && i < codes.length && codes[i]! - codes[i - 1]! === step) i++;
  }
  return runs <= 2;
}

/** Whether it is one of the names but for a slip, or little is left beside them and their parts. */
function isMadeOf(names: readonly string[], text: string): boolean {
  const bare = withoutSeparators(text);
  const whole = names.map(withoutSeparators);
  if (bare.length < SHORTEST_NAME) return false;
  if (whole.some((name) => name.includes(bare) || distance(name, bare) <= 2)) return true;
  const parts = [...whole, ...partsOf(names)].sort((a, b) => b.length - a.length);
  const rest = parts.reduce((left, part) => left.replaceAll(part, ''), bare);
  return rest !== bare && [...rest].length < TOO_FEW_BESIDE_A_NAME;
}

function partsOf(names: readonly string[]): string[] {
  return names.flatMap((name) => name.split(/[^\p{L}\p{N}]+/u)).filter((part) => part.length >= SHORTEST_NAME);
}

function withoutSeparators(text: string): string {
  return text.replace(/[\s\p{Pd}_.,@+']/gu, '');
}

function estimate(zxcvbn: ZxcvbnFactory, text: string, names: readonly string[]): string | null {
  const known = [...names, ...partsOf(names)];
  let isCommon = false;
  for (const length of LOOKED_AT) {
    const beginning = [...text].slice(0, length).join('');
    const { guessesLog10, sequence } = zxcvbn.check(beginning, known);
    if (guessesLog10 >= LEAST_GUESSES_LOG10) return null;
    isCommon = sequence.length === 1 && sequence[0]?.dictionaryName === 'passwords-common';
    if (beginning === text) break;
  }
  return isCommon ? 'is one of the most common' : 'is easy to guess';
}

let loaded: Promise<ZxcvbnFactory> | undefined;

/** Its word lists take time and memory, so they are read when the first secret is judged, not at start. */
function zxcvbn(): Promise<ZxcvbnFactory> {
  return (loaded ??= readWordLists());
}

/** In steps, between which others are served. */
async function readWordLists(): Promise<ZxcvbnFactory> {
  const { ZxcvbnFactory } = await import('@zxcvbn-ts/core');
  await turn();
  const { dictionary, adjacencyGraphs } = await import('@zxcvbn-ts/language-common');
  await turn();
  return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
}
