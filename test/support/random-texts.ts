/** Characters by what Unicode says of them: hidden, reordering, combining, look-alikes, and letters of many scripts. */
const kinds = [
  'abcdefghijklmnopqrstuvwxyz',
  'ABCIlO01 |',
  "  -.'’",
  '\u00AD\u034F\u061C\u115F\u17B4\u180E\u200B\u2060\u3164\uFEFF\u{E0041}',
  '\u200C\u200D\u202A\u202E\u2066\u2069\u200E\u200F',
  '\u0301\u0308\u0327\u0345\u0E31\u20DD',
  'аеорсухіјѕԁԛԝАВЕКМНОРСТХ',
  'ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαρυ',
  'ｆｕｌｌ𝐛𝐨𝐥𝐝ﬁⅣ①',
  'äößøłđıþæœñçğşż',
  'علیرضامحمد',
  'שלום',
  'ไทยสวัสดี',
  'नमस्तेक्ष',
  '김민준한국',
  '山田太郎王',
  'やまだタロウー',
  'ქართული',
  '\u0000\t\n\u001B\u0085\u2028\u2029',
  '\uE000\uFFFF\u0378\uD800\u2800\uFFFC',
  '☃😀%_+',
].map((characters) => [...characters]);

/** As many texts as are asked for, the same for the same seed; most are of a word or two of one kind, with something in them. */
export function randomTexts(count: number, seed: number): string[] {
  const random = numbers(seed);
  const below = (bound: number) => Math.floor(random() * bound);
  const oneOf = <T>(things: readonly T[]) => things[below(things.length)]!;
  return Array.from({ length: count }, () => {
    const word = oneOf(kinds);
    const strange = random() < 0.5 ? word : oneOf(kinds);
    return Array.from({ length: 1 + below(12) }, () => oneOf(random() < 0.85 ? word : strange)).join('');
  });
}

/** Marsaglia's xorshift32: numbers from 0 to below 1. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
