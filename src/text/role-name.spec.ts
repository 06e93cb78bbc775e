import { faultOfRoleName, keysOfRoleName } from './role-name';

const canBeTaken = (one: string, other: string) =>
  keysOfRoleName(one).some((key) => keysOfRoleName(other).includes(key));

describe('the names of two roles', () => {
  it.each([
    ['Admin', 'admin', 'only the case'],
    ['Straße', 'STRASSE', 'only the case, in two letters'],
    ['Admin', 'Аdmin', 'a Cyrillic letter'],
    ['Admin', 'аdmin', 'a Cyrillic letter and the case'],
    ['Admin', 'Αdmin', 'a Greek letter'],
    ['Admin', 'ADMlN', 'a small L for an I'],
    ['Admin', 'Adrnin', 'two letters for one'],
    ['Bühne', 'Bu\u0308hne', 'the form of a letter'],
    ['Crew 1', 'Crew l', 'a letter for a digit'],
    ['Stage-Manager', 'Stage‐Manager', 'a dash'],
    ['Admin', 'Ａdmin', 'the width of a letter'],
    ['Admin', '𝐀dmin', 'a letter of mathematics'],
  ])('%s and %s can be taken for each other: they differ in %s', (one, other) => {
    expect([canBeTaken(one, other), canBeTaken(other, one)]).toEqual([true, true]);
  });

  it.each([
    ['Crew', 'Crèw'],
    ['Crew 1', 'Crew 2'],
    ['Stage A', 'Stage B'],
    ['Stage Manager', 'StageManager'],
    ['Bühne', 'Buehne'],
    ['Охрана', 'Охранник'],
    ['受付', '受取'],
  ])('%s and %s can be told apart', (one, other) => {
    expect(canBeTaken(one, other)).toBe(false);
  });

  it.each([
    ['', 'A role has a name'],
    ['a, b', 'comma'],
    ['Adm\u200Bin', 'U+200B'],
    ['x'.repeat(65), 'at most 64'],
  ])('"%s" is none', (name, words) => {
    expect(faultOfRoleName(name)).toContain(words);
  });
});
