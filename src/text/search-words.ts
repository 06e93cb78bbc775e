import { latinLetters } from './latin-letters.data';

/** So many characters of a word are kept to be searched by. */
const LONGEST = 64;

const apostrophes = /['’‘ʼʻʹ`´′׳]/gu;
const typedFor = new Map(
  latinLetters
    .trim()
    .split(/\s+/)
    .map((letters) => [letters.slice(0, 1), letters.slice(1)]),
);

/**
 * What is searched by: without case, accents, apostrophes and repeated spaces, in the letters that people type. "Łukasz
 * O’Shea" is found by "lukasz oshea". A text of signs alone stays as it is.
 */
export function searchKey(text: string): string {
  const letters = folded(text.replace(apostrophes, ''));
  const key = letters.replace(/[^\p{L}\p{N}\p{S}]+/gu, ' ').trimStart();
  return key === '' ? text.trim().toLowerCase().replace(/\s+/gu, ' ') : key;
}

/** Everything that somebody is found by: their name and their address, from the beginning of each word on. */
export function searchWords({ name, email }: { name: string; email: string }): string[] {
  const [local = '', domain = ''] = email.split('@');
  const names = [name, name.replace(apostrophes, ' ')].flatMap((spelling) => fromEachWord(searchKey(spelling)));
  const places = fromEachWord(searchKey(domain));
  const addresses = fromEachWord(searchKey(local)).map((word) => `${word} ${places[0] ?? ''}`.trim());
  // Everybody's address ends in a word like "org".
  return [...new Set([...names, ...addresses, ...places.slice(0, -1)])];
}

/** Whether a word begins with a key, or is all of it: "jr." finds Jr, but "p1@" no p12. */
export function isFoundBy(word: string, key: string): boolean {
  return `${word} `.startsWith(key);
}

/** Whether all that was typed is in the text, in any order: each word whole, and the last one as far as it is typed. */
export function isFoundIn(text: string, typed: string): boolean {
  const words = searchKey(text).trim().split(' ');
  const asked = searchKey(typed).split(/(?<= )/);
  return asked.every((key) => words.some((word) => isFoundBy(word, key)));
}

/** A word as it is stored. */
export function storedWord(word: string): string {
  return [...word].slice(0, LONGEST).join('').trimEnd();
}

/** The words to store for somebody. */
export function storedWords(person: { name: string; email: string }): string[] {
  return [...new Set(searchWords(person).map(storedWord))];
}

function folded(text: string): string {
  const plain = text
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '');
  return plain.replaceAll('ς', 'σ').replace(/[^\p{ASCII}]/gu, (letter) => typedFor.get(letter) ?? letter);
}

function fromEachWord(key: string): string[] {
  const words = key.trim().split(' ').filter(Boolean);
  return words.map((_, i) => words.slice(i).join(' '));
}
