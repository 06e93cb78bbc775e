import { isFoundBy, isFoundIn, searchKey, searchWords, storedWords } from './search-words';

const isFound = (person: { name?: string; email?: string }, search: string) =>
  searchWords({ name: '', email: 'x@example.org', ...person }).some((word) => isFoundBy(word, searchKey(search)));

describe('somebody is found', () => {
  it.each([
    ['Łukasz Kowalczyk', ['lukasz', 'LUKASZ K', 'kowal', 'Kowalczyk', 'ŁUKASZ']],
    ['Søren Ærø', ['soren', 'aero', 'søren ærø']],
    ['Jürgen Strauß', ['strauss', 'strauß', 'STRAUSS', 'jurgen', 'jürgen strauß']],
    ["Aoife Mary O'Shea", ["o'shea", 'oshea', 'shea', 'o’shea', 'mary o’s', 'o shea', 'mary']],
    ['Aoife O’Shea', ["o'shea", 'oshea', 'shea']],
    ['Mary-Jane Smith', ['jane', 'mary jane', 'mary-jane s', 'smith']],
    ['Þórður Guðmundsson', ['thordur', 'gudmundsson']],
    ['Đặng Văn Lâm', ['dang', 'van lam', 'lam']],
    ['Işıl Çağlayan', ['isil', 'caglayan']],
    ['Ħaż-Żebbuġ', ['haz', 'zebbug']],
    ['Œuvre Bjørk', ['oeuvre', 'bjork']],
    ['J. R. R. Tolkien', ['tolkien', 'j.r.r.', 'j r r t', 'J. R. R. Tolkien.']],
    ['Γιώργος Παπαδόπουλος', ['παπαδοπουλος', 'ΠΑΠΑΔΌΠΟΥΛΟΣ', 'γιωργος']],
    ['Алёна Ёлкина', ['елкина', 'алена']],
    ['علی\u200Cرضا', ['علیرضا', 'علی\u200Cرضا', 'علی']],
    ['김민준', ['김민', '김민준'.normalize('NFD')]],
    ['สมชาย ใจดี', ['ใจดี', 'สมชาย']],
    ['Ｆｕｌｌ Ｗｉｄｔｈ', ['full w', 'width']],
    ['☃', ['☃']],
    ['%', ['%']],
  ])('%s by what people type', (name, searches) => {
    for (const search of searches) expect([search, isFound({ name }, search)]).toEqual([search, true]);
  });

  it.each([
    [
      'anna.kowalska@firma.example.pl',
      ['anna', 'anna.kow', 'anna.kowalska@firma.example.pl', 'kowalska@f', 'firma', 'example.pl'],
    ],
    ['jürgen@exämple.org', ['jürgen@', 'jurgen@exa', 'exämple', 'example.org']],
    ['p1@example.org', ['p1@', 'P1@EXAMPLE.ORG']],
  ])('by %s in parts', (email, searches) => {
    for (const search of searches) expect([search, isFound({ email }, search)]).toEqual([search, true]);
  });

  it.each([
    [{ name: 'Łukasz Kowalczyk' }, 'walczyk'],
    [{ name: 'Łukasz Kowalczyk' }, 'kowalczyk lukasz'],
    [{ email: 'p12@example.org' }, 'p1@'],
    [{ email: 'p12@example.org' }, 'org'],
  ])('not %j by %s', (person, search) => {
    expect(isFound(person, search)).toBe(false);
  });

  it('by words of which none is stored longer than a column of them', () => {
    const words = storedWords({ name: '𝒜'.repeat(100), email: `${'a'.repeat(64)}@${'b.'.repeat(60)}org` });
    expect(words.every((word) => [...word].length <= 64 && word === word.trimEnd())).toBe(true);
    expect(new Set(words).size).toBe(words.length);
  });
});

describe('a text is found', () => {
  const title = 'Change or delete a role';

  it.each(['role', 'change role', 'role change', 'CHANGE or DEL', 'del'])('by “%s”', (typed) => {
    expect(isFoundIn(title, typed)).toBe(true);
  });

  it.each(['roles', 'change rolex', 'chang role', 'ange'])('not by “%s”', (typed) => {
    expect(isFoundIn(title, typed)).toBe(false);
  });
});
