import { randomTexts } from '../../test/support/random-texts';
import { emailKey, faultOfEmail, normaliseEmail } from './email-address';
import { faultOfText, normaliseText } from './naming';
import { faultOfRoleName } from './role-name';
import { isFoundBy, searchKey, searchWords } from './search-words';

const hidden = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const texts = randomTexts(2000, 20261127);

describe('of 2000 texts of all kinds', () => {
  const accepted = texts.map((text) => [text, normaliseText(text)] as const);

  it('each has one form', () => {
    for (const [, form] of accepted) expect(normaliseText(form)).toBe(form);
  });

  it.each(['name', 'reason', 'description'] as const)(
    'every %s that is accepted shows something, and hides nothing',
    (kind) => {
      const sound = accepted.filter(([, form]) => form !== '' && faultOfText(kind, form) === null);
      expect(sound.length).toBeGreaterThan(500);
      for (const [, form] of sound) {
        expect(form.replace(/[\u200C\u200D]/gu, '')).not.toMatch(hidden);
        expect(form).toMatch(/[\p{L}\p{N}\p{P}\p{S}]/u);
      }
    },
  );

  it('every role’s name that is accepted hides nothing at all', () => {
    const sound = accepted.filter(([, form]) => faultOfRoleName(form) === null);
    expect(sound.length).toBeGreaterThan(500);
    for (const [, form] of sound) expect(form).not.toMatch(hidden);
  });

  it('every name that is accepted is found by what was typed', () => {
    for (const [typed, name] of accepted) {
      if (name === '' || faultOfText('name', name) !== null) continue;
      const words = searchWords({ name, email: 'x@example.org' });
      expect([typed, words.some((word) => isFoundBy(word, searchKey(typed.trim())))]).toEqual([typed, true]);
    }
  });

  it('every address that is accepted has one form and one key, and hides nothing', () => {
    const addresses = texts.flatMap((text) => [`${text}@example.org`, `ada@${text}.example`]);
    const sound = addresses.filter((address) => faultOfEmail(address) === null);
    expect(sound.length).toBeGreaterThan(300);
    for (const address of sound) {
      const form = normaliseEmail(address);
      expect(form).not.toMatch(hidden);
      expect([normaliseEmail(form), emailKey(form), faultOfEmail(form)]).toEqual([form, emailKey(address), null]);
    }
  });
});
