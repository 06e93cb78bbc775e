import { joinsBefore, joinsNext, viramas } from './joining.data';

const joining = '\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Mandaic}\\p{Script=Nko}\\p{Script=Mongolian}';
const afterVirama = (joiner: string) => `${joiner}(?<=\\p{L}\\p{M}*[${viramas}]\\p{M}*${joiner})`;

/**
 * Where UAX #31 allows U+200C, rules A1 and A2, and U+200D, rule B. The joiner is found first, and looked back from: what
 * is before it is walked over once for each joiner, not for each character.
 */
const needed = new RegExp(
  `\\u200C(?<=[${joinsNext}]\\p{M}*\\u200C)(?=\\p{M}*[${joinsBefore}])` +
    `|${afterVirama('\\u200C')}(?=\\p{M}*\\p{L})|${afterVirama('\\u200D')}(?!\\p{M})`,
  'gu',
);
const ofJoiningScript = new RegExp(`\\u200C(?<=[${joining}]\\p{M}*\\u200C)`, 'gu');

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
