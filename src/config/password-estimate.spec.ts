import { setImmediate as turn } from 'node:timers/promises';
import { dictionary } from '@zxcvbn-ts/language-common';
import { weaknessOf } from './password-estimate';

const context = ['Ann Weber', 'ann.weber@example.org', 'Music Festival Organizer'];

it('the word lists are read with the first secret that is judged, in steps, between which others have their turns', async () => {
  let turns = 0;
  let isJudged = false;
  const judging = weaknessOf('tulip kettle ferry', context).then(() => (isJudged = true));
  for (; !isJudged; turns++) await turn();
  await judging;
  expect(turns).toBeGreaterThan(2);
});

describe('a password is weak', () => {
  it.each<[string, RegExp]>([
    [' '.repeat(8), /is blank/],
    ['\u00a0\u2003\t \u3000\u2009  ', /is blank/],
    ['\u200b\u3164\u2060\u00ad\u200b\u3164\u2060\u00ad', /is blank/],
    ['zzzzzzzzz', /repeats itself/],
    ['\u{1f600}'.repeat(9), /repeats itself/],
    ['xyxyxyxyx', /repeats itself/],
    ['kettle kettle kettle', /repeats itself/],
    ['HorseHORSEhorse', /repeats itself/],
    ['tulip-ferry-77-tulip-ferry-77', /repeats itself/],
    ['no1'.repeat(400), /repeats itself/],
    ['abcdefghij', /simple sequence/],
    ['98765432', /simple sequence/],
    ['acegikmoq', /simple sequence/],
    ['абвгдежз', /simple sequence/],
    ['aaaa7777', /simple sequence/],
    ['abcd87654', /simple sequence/],
    ['qwertzuiop', /easy to guess|most common/],
    ['football', /most common/],
    ['SUNSHINE', /most common/],
    ['p4ssw0rd', /easy to guess|most common/],
    ['pásswórd1', /easy to guess|most common/],
    ['ｐａｓｓｗｏｒｄ１', /easy to guess|most common/],
    ['pass\u200bword\u20601', /easy to guess|most common/],
    ['superuser', /easy to guess/],
    ['administrator1', /easy to guess/],
    ['24121987', /easy to guess|most common/],
    ['23-11-1986', /easy to guess/],
    ['Winter2026', /easy to guess/],
    ['1q2w3e4r5t', /easy to guess|most common/],
    ['musicfestivalorganizer', /made of names/],
    ['MusicFestivalOrganizer2026', /made of names/],
    ['music_festival', /made of names/],
    ['ann.weber@example.org', /made of names/],
    ['ann.weber@example.or', /made of names/],
    ['nn.weber@example.org', /made of names/],
    ['annweber@exampel.org', /made of names/],
    ['Weber, Ann', /made of names/],
    ['ÄnnWéber!', /made of names/],
    ['@nn+weber_1', /made of names/],
    ['ann.example.2026', /made of names/],
  ])('%j: it %s', async (password, weakness) => {
    expect(await weaknessOf(password, context)).toMatch(weakness);
  });
});

/** Collected from leaks, the most common first. */
it('one of the most common passwords of leaks is weak, wherever it stands in their list of 17 950', async () => {
  const common = dictionary['passwords-common'].filter((password) => [...password].length >= 8);
  expect(common.length).toBeGreaterThan(17_000);
  for (const password of common.filter((_, i) => i % 40 === 0))
    expect([password, await weaknessOf(password, [])]).not.toContain(null);
});

describe('a password is strong enough', () => {
  it.each([
    'tulip kettle ferry',
    'correct horse battery staple',
    'u7#kQ9zp',
    'k3x9vq2m',
    'a password of a user',
    'Grüße aus Łódź',
    'мой дядя самых честных',
    '今日は良い天気です',
    'ü"\'<>&%+=\\\t;😀漢字',
    '!?%&§$;:#)(',
    'ann!?%&§$',
    'Ann likes tulip kettles',
    'correct horse battery staple '.repeat(30),
  ])('%j', async (password) => {
    expect(await weaknessOf(password, context)).toBeNull();
  });

  it('whatever follows: a longer one is never weaker than its strong beginning', async () => {
    expect(await weaknessOf(`tulip kettle ferry${'a'.repeat(4000)}`, context)).toBeNull();
  });

  it('without anything known of the person, and when their name is a single letter', async () => {
    expect(await weaknessOf('tulip kettle ferry', [])).toBeNull();
    expect(await weaknessOf('tulip kettle ferry', ['', 'x', 'tu'])).toBeNull();
  });
});
