/** Of what is spelled out, as in "an MC". */
const spelledOut = /^[A-Z]{2,}\b/;
const letterWithVowel = /^[AEFHILMNORSX]/;
/** By its sound: "an hour", "a user", "a one-day helper". */
const vowel = /^(?:hono|hones|hour|heir)|^(?!eu|uni|us[aeiou]|one\b)[aeiou]/i;

/** "an Admin", "a User": the noun with the article that its beginning sounds like. */
export function withArticle(noun: string): string {
  const isVowel = spelledOut.test(noun) ? letterWithVowel.test(noun) : vowel.test(noun);
  return `${isVowel ? 'an' : 'a'} ${noun}`;
}
