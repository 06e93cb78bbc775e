import { parseEnvFile } from './env-file';
import { completed } from './environment';
import { settingNames } from './settings';

/** What a line of `.env` amounts to: the value, nothing, or the fault. */
function fromFile(line: string): string | undefined {
  const { variables, faults } = parseEnvFile(Buffer.from(line));
  return faults[0] ?? completed({}, variables)[line.match(/[A-Z_]{3,}/)![0]];
}

describe.each(settingNames)('%s', (name) => {
  const of = (given: string | undefined, file: string | undefined) =>
    completed({ [name]: given }, file === undefined ? {} : parseEnvFile(Buffer.from(`${name}=${file}`)).variables)[
      name
    ];

  it.each<[given: string | undefined, file: string | undefined, counts: string | undefined]>([
    [undefined, undefined, undefined],
    ['', undefined, undefined],
    [' \t', undefined, undefined],
    ['\r', undefined, undefined],
    ['\u00a0', undefined, undefined],
    [undefined, '', undefined],
    [undefined, '  ', undefined],
    [undefined, '""', undefined],
    [undefined, '" "', undefined],
    [undefined, ' # nothing', undefined],
    ['one', undefined, 'one'],
    ['one\r', undefined, 'one'],
    [' one\u00a0', undefined, 'one'],
    ['\ufeffone\n', undefined, 'one'],
    ['"one"', undefined, '"one"'],
    ['one#two', undefined, 'one#two'],
    ['one # two', undefined, 'one # two'],
    [undefined, 'two', 'two'],
    [undefined, '"two"', 'two'],
    [undefined, "'two'", 'two'],
    [undefined, '`two`', 'two'],
    [undefined, '"two#three"', 'two#three'],
    [undefined, '"two" # three', 'two'],
    [undefined, 'two # three', 'two'],
    [undefined, 'two\r\nOTHER=1\r\n', 'two'],
    [undefined, 'two\u00a0', 'two'],
    [undefined, 'two=three', 'two=three'],
    [undefined, '${HOME}', '${HOME}'],
    ['one', 'two', 'one'],
    ['one', '', 'one'],
    ['', 'two', 'two'],
    [' ', 'two', 'two'],
    ['\r', '"two"', 'two'],
    ['\u00a0', 'two', 'two'],
    ['one', '"two#three"', 'one'],
  ])('is, of %j in the process environment and %j in .env, %j', (given, file, counts) => {
    expect(of(given, file)).toBe(counts);
  });

  it('is refused where .env says something else than it seems to', () => {
    for (const text of ['=one#two', '=#two', '=one#', ' = one#two # three']) {
      expect(fromFile(name + text)).toMatch(new RegExp(`^${name}: has a # in \\.env, .*quotes.*comment$`));
    }
    for (const text of ['="one', "='one", '="one"two', '="one"two"', "='it's'"]) {
      expect(fromFile(name + text)).toMatch(new RegExp(`^${name}: its quotes in \\.env don't enclose`));
    }
    for (const text of ['', ' one', ' "one"']) {
      expect([text, fromFile(`${name}${text} x`)]).toEqual([text, `${name}: has no "=" after it in .env`]);
    }
  });

  it('is taken in each way that dotenv takes it', () => {
    for (const text of ['export NAME=one', '  NAME = one', 'NAME: one', '\ufeffNAME=one', 'NAME=other\rNAME=one']) {
      expect(fromFile(text.replaceAll('NAME', name))).toBe('one');
    }
    expect(fromFile(`# ${name}=one`)).toBeUndefined();
  });
});

describe('.env', () => {
  it('is refused when it is no text', () => {
    expect(parseEnvFile(Buffer.from('\ufeffNODE_ENV=production', 'utf16le')).faults).toEqual([
      '.env: is no text in UTF-8; save it as that',
    ]);
  });

  it('may say what the site knows nothing of, and so may the process', () => {
    expect(completed({ EMPTY: '', BLANK: ' x ' }, { EMPTY: 'file', OTHER: ' y ' })).toMatchObject({
      EMPTY: '',
      BLANK: ' x ',
      OTHER: ' y ',
    });
  });

  it('names all its faults, and no value', () => {
    const { faults } = parseEnvFile(
      Buffer.from('PORT=1\nSESSION_SECRET=hidden#secret\n\nSUPERUSER_PASSWORD="hidden\n'),
    );
    expect(faults.map((fault) => fault.split(':')[0])).toEqual(['SESSION_SECRET', 'SUPERUSER_PASSWORD']);
    expect(faults.join()).not.toContain('hidden');
  });
});
