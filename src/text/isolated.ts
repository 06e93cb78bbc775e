// Hebrew, Arabic and the other scripts that are written from right to left, with their presentation forms.
const fromRightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * A name as part of a sentence: one that is written from right to left keeps to its own place there. It is what `<bdi>` does,
 * for a text without markup: between FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE (Unicode Standard Annex #9, 2.4).
 */
export function isolated(name: string): string {
  return fromRightToLeft.test(name) ? `\u2068${name}\u2069` : name;
}
