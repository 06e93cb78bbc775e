import { parseRowId } from './row-id';

describe('the number of a row', () => {
  it.each([
    ['1', 1],
    ['42', 42],
    ['2147483647', 2_147_483_647],
  ])('%s is %d', (text, id) => {
    expect(parseRowId(text)).toBe(id);
  });

  it.each<unknown>([
    '',
    ' ',
    '0',
    '-1',
    '+1',
    '01',
    ' 1',
    '1 ',
    '1\n',
    '1.0',
    '1.',
    '1,2',
    '1_0',
    '1n',
    '0x1',
    '0b1',
    '1e0',
    'Infinity',
    'NaN',
    'abc',
    '２',
    '١',
    '²',
    '2147483648',
    '9999999999',
    '99999999999999999999',
    undefined,
    null,
    1,
    ['1'],
    { toString: () => '1' },
  ])('%j is none', (text) => {
    expect(parseRowId(text)).toBeNull();
  });
});
