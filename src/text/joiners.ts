import { joinsBefore, joinsNext, viramas } from './joining.data';

const joining = '\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Mandaic}\\p{Script=Nko}\\p{Script=Mongolian}';
const afterVirama = `(?<=\\p{L}\\p{M}*[${viramas}]\\p{M}*)`;

/** Where UAX #31 allows U+200C, rules A1 and A2, and U+200D, rule B. */
const needed = new RegExp(
  `(?<=[${joinsNext}]\\p{M}*)\\u200C(?=\\p{M}*[${joinsBefore}])` +
    `|${afterVirama}\\u200C(?=\\p{M}*\\p{L})|${afterVirama}\\u200D(?!\\p{M})`,
  'gu',
);
const ofJoiningScript = new RegExp(`(?<=[${joining}]\\p{M}*)\\u200C`, 'gu');

/** Without those that change nothing: U+200C where the letter before it joins none. Persian keyboards make many. */
export function withoutIdleJoiners(text: string): string {
  if (!text.includes('\u200C')) return text;
  const places = new Set([...text.matchAll(needed)].map(({ index }) => index));
  return text.replace(ofJoiningScript, (joiner, at: number) => (places.has(at) ? joiner : ''));
}

/** What is left when those are taken out that a word needs: in Persian, Sinhala or Malayalam. */
export function withoutNeededJoiners(text: string): string {
  return text.replace(needed, '');
}
