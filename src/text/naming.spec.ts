import { codeOf, faultOfText, normaliseText } from './naming';

const fault = (text: string) => faultOfText('name', normaliseText(text));

describe('a name', () => {
  it.each([
    ['French', 'Chloë Lefèvre'],
    ['Irish', 'Seán Ó Súilleabháin'],
    ['Irish, with an apostrophe', "Aoife O'Shea"],
    ['Irish, as phones write it', 'Aoife O’Shea'],
    ['German', 'Jürgen Strauß'],
    ['Polish', 'Łukasz Wiśniewski'],
    ['Czech', 'Jiří Dvořák'],
    ['Danish', 'Søren Ærø'],
    ['Icelandic', 'Þórður Guðmundsson'],
    ['Turkish', 'Işıl Çağlayan'],
    ['Azerbaijani', 'Əliyev Rəşad'],
    ['Romanian', 'Ștefan Țurcanu'],
    ['Maltese', 'Ġorġ Ħaż-Żebbuġ'],
    ['Catalan', 'Anna Gal·la'],
    ['Vietnamese', 'Nguyễn Thị Phương'],
    ['Yoruba', 'Ọláolúwa Ẹ̀bùn'],
    ['Hawaiian', 'Keʻala Kāhea'],
    ['Greek', 'Γιώργος Παπαδόπουλος'],
    ['Russian', 'Алёна Ёлкина'],
    ['Ukrainian', "Мар'яна Їжак"],
    ['Georgian', 'ნინო ბერიძე'],
    ['Armenian', 'Անահիտ Սարգսյան'],
    ['Hebrew', 'נועה לוי'],
    ['Arabic', 'محمّد العربي'],
    ['Persian, with the joiner that it needs', 'علی\u200Cرضا می\u200Cرزاده'],
    ['Urdu', 'عائشہ قریشی'],
    ['Hindi', 'प्रिया शर्मा'],
    ['Bengali', 'রবীন্দ্র ঠাকুর'],
    ['Tamil', 'கார்த்திக் ராஜா'],
    ['Sinhala, with the joiner that it needs', 'ශ්\u200Dරී ලංකා'],
    ['Malayalam, with the joiner that it needs', 'അവന്\u200D'],
    ['Thai', 'สมชาย ใจดี'],
    ['Lao', 'ສົມສັກ'],
    ['Khmer', 'សុភាព'],
    ['Burmese', 'အောင်ဆန်းစုကြည်'],
    ['Tibetan', 'བསྟན་འཛིན་'],
    ['Amharic', 'አበበ ቢቂላ'],
    ['Chinese', '王小明'],
    ['Japanese', '山田 太郎'],
    ['Japanese, in katakana', 'ジョン・スミス'],
    ['Korean', '김민준'],
    ['Cherokee', 'ᏣᎳᎩ'],
    ['with an initial and a comma', 'J. R. R. Tolkien, Jr.'],
    ['with a digit', 'Crew 7'],
    ['of a symbol', '☃'],
    ['of two alphabets', 'DJ Ира'],
  ])('in %s stands as it is', (_, name) => {
    expect([normaliseText(name), fault(name)]).toEqual([name.normalize('NFC'), null]);
  });

  it.each([
    ['a letter and its accent', 'Zoe\u0308', 'Zoë'],
    ['Korean syllables in parts', '김민준'.normalize('NFD'), '김민준'],
    ['spaces in a row', 'Ann   Lee', 'Ann Lee'],
    ['spaces at the ends', '\u2003Ann Lee \u00A0', 'Ann Lee'],
    ['a wide space', '山田\u3000太郎', '山田 太郎'],
    ['a line break at the end', 'Ann Lee\r\n', 'Ann Lee'],
    ['the choice of a picture', 'Ann ❤\uFE0F', 'Ann ❤'],
    ['the choice of a variant', '葛\u{E0100}城', '葛城'],
    ['a joiner that joins nothing, as Persian keyboards make', 'امیر\u200Cحسین', 'امیرحسین'],
    ['a joiner at the end of a Persian word', 'علی\u200C رضا', 'علی رضا'],
  ])('has one form: %s', (_, typed, form) => {
    expect([normaliseText(typed), fault(typed)]).toEqual([form, null]);
    expect(normaliseText(form)).toBe(form);
  });

  it.each([
    ['a space of no width', 'Ann\u200BLee', 'U+200B, which stands after "Ann"'],
    ['nothing but a space of no width', '\u200B', 'U+200B, which stands at its beginning'],
    ['nothing but a filler', '\u3164', 'U+3164'],
    ['nothing but a blank of braille', '\u2800', 'U+2800'],
    ['a blank hieroglyph', 'Ann\u{13441}', 'U+13441'],
    ['a soft hyphen', 'An\u00ADn', 'U+00AD'],
    ['an override of direction', 'Ann \u202Emoc.etisekaf@nimda', 'U+202E, which stands after "Ann"'],
    ['an isolate', 'Ann\u2066', 'U+2066'],
    ['a mark of direction', '\u200FAnn', 'U+200F'],
    ['a line separator', 'Ann\u2028Lee', 'U+2028'],
    ['a line break', 'Ann\nLee', 'U+000A'],
    ['a tab', 'Ann\tLee', 'U+0009'],
    ['an escape of terminals', 'Ann\u001B[31m', 'U+001B'],
    ['a tag', 'Ann\u{E0041}', 'U+E0041'],
    ['a combining joiner', 'A\u034Fnn', 'U+034F'],
    ['private use', 'Ann\uE000', 'U+E000'],
    ['half a character', 'Ann\uD800', 'U+D800'],
    ['no character', 'Ann\uFFFF', 'U+FFFF'],
    ['a character that does not exist', 'Ann\u0378', 'U+0378'],
    ['a joiner between Latin letters', 'Ann\u200CLee', 'U+200C'],
    ['a joiner that hides', 'Ann\u200DLee', 'U+200D'],
    ['a joiner at its end', 'Ann\u200D', 'U+200D'],
    ['a note without a head', '\u{1D159}', 'U+1D159'],
    ['an accent without a letter', '\u0301nn', 'U+0301 without a letter'],
    ['an accent on a space', 'Ann \u0301', 'U+0301 without a letter'],
    ['a tower of accents', `A${'\u0301\u0302\u0303\u0304\u0305'}`, 'at most 4 marks'],
  ])('can’t have %s, and it is said where it stands', (_, name, words) => {
    expect(fault(name)).toContain(words);
  });

  it('has at most a hundred characters, as people count them', () => {
    expect(fault('𝒜'.repeat(100))).toBe(null);
    expect(fault('a'.repeat(101))).toBe('A name has at most 100 characters.');
  });

  it('quotes nothing of a text but what can be shown', () => {
    expect(faultOfText('reason', '\u202Eolleh')).toBe(
      "A reason can't have the character U+202E, which stands at its beginning.",
    );
    expect(codeOf('\u{1F600}')).toBe('U+1F600');
  });

  it('keeps the joiner of a Persian word in a reason, but not in the name of a role', () => {
    expect(faultOfText('reason', 'می\u200Cخواهم')).toBe(null);
    expect(faultOfText('roleName', 'می\u200Cخواهم')).toContain('U+200C');
  });
});
