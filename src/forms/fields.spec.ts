import { day, line, oneOf, optionalDay, paragraph, wholeNumber } from './fields';

const notes = paragraph({ subject: 'A text', most: 5000, missing: 'Write something.' });
const messageOf = (result: { error?: { issues: { message: string }[] } }) => result.error?.issues[0]?.message;

describe('a paragraph', () => {
  it('keeps its lines, each in its one form, however long they are', () => {
    const long = 'a word of many '.repeat(200).trim();
    expect(notes.parse(`One  line \r\n\r\n${long}\n\n`)).toBe(`One line\n\n${long}`);
  });

  it.each([
    ['left out', '', 'Write something.'],
    ['empty lines only', ' \r\n ', 'Write something.'],
    ['too long', 'word '.repeat(1001), 'A text has at most 5000 characters; this one has 5004.'],
    ['far too long', '\n'.repeat(100_000), 'A text has at most 5000 characters.'],
    [
      'one endless word',
      'x'.repeat(1001),
      "A text can't have more than 1000 characters without a space or a new line.",
    ],
    ['what nobody sees', 'a\u202Eb', 'A text can’t'],
  ])('that is %s is refused with a sentence', (_case, text, message) => {
    expect(messageOf(notes.safeParse(text))?.replace("can't have the", 'can’t have the')).toContain(message);
  });
});

describe('the other fields', () => {
  it.each([
    ['a line', line({ subject: 'A title', most: 5, missing: 'Give it one.' }), 'Title', ''],
    ['a choice', oneOf({ song: 'A song' }, 'Choose one.'), 'song', 'toString'],
    ['a day', day('Choose a day.'), '2027-02-28', '2027-02-29'],
    ['a day that may be left out', optionalDay, '2027-02-28', '2027-02-29'],
    ['a number', wholeNumber({ from: 1, to: 10, missing: 'Enter one.' }), '10', '1e1'],
  ])('%s takes what is one, and nothing else', (_case, field, good, bad) => {
    expect(field.safeParse(good).success).toBe(true);
    expect(field.safeParse(bad).success).toBe(false);
  });
});
