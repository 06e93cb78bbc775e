import { csvLine } from './csv';

describe('a cell of a CSV file', () => {
  it.each(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n', '\t=', '\r＝'])(
    'that begins with %j is no formula to a spreadsheet',
    (beginning) => {
      const [, cell] = /^"?(.*?)"?\r\n$/s.exec(csvLine([`${beginning}SUM(1)`]))!;
      expect(cell).toMatch(/^'/);
    },
  );

  it.each([';', '\t', '\r', '\n'])('is none behind %j either', (separator) => {
    for (const sign of ['=', '+', '-', '@', '＝', '＋', '－', '＠'])
      expect(csvLine([`x${separator}${sign}SUM(1)`])).toContain(`${separator}'${sign}`);
  });

  it.each(['1+1', 'a=b', 'me@example.org', 'one－two', ''])('is left as it is where it is none: %j', (text) => {
    expect(csvLine([text])).toBe(`${text}\r\n`);
  });
});
