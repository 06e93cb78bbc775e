const LONGEST = 100;

/** What a name is searched by: without case, accents and repeated spaces; "José  Ñu" is found by "jose n". */
export function nameKey(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/g, ' ').trim();
  return [...plain].slice(0, LONGEST).join('').trimEnd();
}
