import { beginningInWords, dayInWords, endInField, endInWords, parseEnd, timeInWords, useTimeZone } from './moments';

afterEach(() => useTimeZone('UTC'));

it.each(['UTC', 'America/New_York', 'Pacific/Kiritimati'])('a day is the same one in %s', (zone) => {
  useTimeZone(zone);
  expect(dayInWords('2027-06-19')).toBe('19 June 2027');
});

describe('an end', () => {
  it.each([
    ['UTC', '2027-01-01T00:00:00.000Z', '31 December 2026', '2026-12-31'],
    ['UTC', '2028-03-01T00:00:00.000Z', '29 February 2028', '2028-02-29'],
    ['UTC', '2026-12-31T18:00:00.000Z', '31 December 2026, 18:00 UTC', '2026-12-31T18:00'],
    ['UTC', '2026-12-31T23:59:59.999Z', '31 December 2026, 23:59 UTC', '2026-12-31T23:59:59.999'],
    ['UTC', '2027-01-01T00:00:00.001Z', '1 January 2027, 00:00 UTC', '2027-01-01T00:00:00.001'],
    ['Europe/Berlin', '2026-12-31T23:00:00.000Z', '31 December 2026', '2026-12-31'],
    ['Europe/Berlin', '2027-01-01T00:00:00.000Z', '1 January 2027, 01:00 CET', '2027-01-01T01:00'],
    ['America/New_York', '2026-07-05T04:00:00.000Z', '4 July 2026', '2026-07-04'],
    ['Asia/Kathmandu', '2026-12-31T18:15:00.000Z', '31 December 2026', '2026-12-31'],
    // The first hour of 24 April is left out there.
    ['Africa/Cairo', '2026-04-23T22:00:00.000Z', '23 April 2026', '2026-04-23'],
    // The last hour of 24 October comes twice there.
    ['Asia/Beirut', '2026-10-24T22:00:00.000Z', '24 October 2026', '2026-10-24'],
  ])('in %s, %s is shown as "%s", and a form reads it back', (zone, moment, words, field) => {
    useTimeZone(zone);
    const end = new Date(moment);
    expect([endInWords(end), endInField(end)]).toEqual([words, field]);
    expect(parseEnd(field)).toEqual(end);
  });

  it.each([
    ['2026-07-01T18:00', 'Europe/Berlin', '2026-07-01T16:00:00.000Z'],
    ['2026-07-01T18:00Z', 'Europe/Berlin', '2026-07-01T18:00:00.000Z'],
    ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
    ['2026-07-01T18:00:30.5', 'UTC', '2026-07-01T18:00:30.500Z'],
  ])('%s in %s is %s', (text, zone, moment) => {
    useTimeZone(zone);
    expect(parseEnd(text)).toEqual(new Date(moment));
  });

  it.each([
    '2026-03-29T02:30', // left out as clocks are put forward
    '2026-02-30',
    '2026-02-30T10:00',
    '2026-02-28T24:00',
    '2026-02-28 10:00',
    '2026-13-01',
    '26-01-01',
    '2026-01-01T10',
    '+002026-01-01',
    '２０２６-01-01',
    ' 2026-01-01',
    '',
  ])('is not taken from "%s"', (text) => {
    useTimeZone('Europe/Berlin');
    expect(parseEnd(text)).toBeNull();
  });
});

it('what begins with a day is told by that day, and a moment by its time', () => {
  useTimeZone('Europe/Berlin');
  const midnight = new Date('2026-12-31T23:00Z');
  expect(beginningInWords(midnight)).toBe('1 January 2027');
  expect(timeInWords(midnight)).toBe('1 January 2027, 00:00 CET');
  expect(beginningInWords(new Date('2026-12-31T23:30Z'))).toBe('1 January 2027, 00:30 CET');
});

it('a time zone that there is not is refused, and the one before stays', () => {
  expect(() => useTimeZone('Europe/Atlantis')).toThrow(RangeError);
  expect(endInWords(new Date('2027-01-01T00:00Z'))).toBe('31 December 2026');
});
