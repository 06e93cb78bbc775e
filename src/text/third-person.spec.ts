import { inThirdPerson, withinSentence } from './third-person';

it.each([
  ['See your own account', 'See their own account'],
  ['Prove again who you are', 'Prove again who they are'],
  ['Say that it wasn’t you by a link', 'Say that it wasn’t them by a link'],
  ['See the yearbook', 'See the yearbook'],
])('%s, said about somebody: %s', (text, about) => {
  expect(inThirdPerson(text)).toBe(about);
});

it.each([
  ['See users', 'see users'],
  ['Öffnen', 'öffnen'],
  ['GDPR export', 'GDPR export'],
])('%s within a sentence: %s', (title, within) => {
  expect(withinSentence(title)).toBe(within);
});
