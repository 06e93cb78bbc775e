/** Scripts that are written together, of UTS #39, section 5.2. */
const together = ['Latn Hani Hira Kana', 'Latn Hani Bopo', 'Latn Hani Hang'];

/** The scripts in use today: "recommended" and "limited use" of UAX #31, tables 5 and 7. */
const alone =
  `Arab Armn Beng Cyrl Deva Ethi Geor Grek Gujr Guru Hebr Knda Khmr Laoo Mlym Mymr Orya Sinh Taml Telu Thaa Thai Tibt
  Adlm Bali Bamu Batk Cakm Cans Cham Cher Hmnp Java Kali Lana Lepc Limb Lisu Mand Mtei Newa Nkoo Olck Osge Plrd Rohg Saur
  Sund Sylo Syrc Tale Talu Tavt Tfng Vaii Wcho Yiii`.split(/\s+/);

let known: RegExp[] | undefined;

/** Whether one script has all of a text, or those that are written together do: "highly restrictive" of UTS #39. */
export function isOfOneScript(text: string): boolean {
  known ??= [...together, ...alone].map(allOf);
  return known.some((scripts) => scripts.test(text));
}

function allOf(scripts: string): RegExp {
  const extensions = ['Common', 'Inherited', ...scripts.split(' ')].map((script) => `\\p{Script_Extensions=${script}}`);
  return new RegExp(`^[${extensions.join('')}]*$`, 'u');
}
