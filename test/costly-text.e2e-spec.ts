import { faultOfEmail, isEmailAddress } from '../src/text/email-address';
import { isReadable, faultOfText, normaliseText } from '../src/text/naming';
import { holder } from './support/holder';
import type { Person } from './support/person';
import { Site } from './support/site';

/** What takes the square or the cube of its length to normalise, or to look back over. */
const costly: Record<string, string> = {
  'marks that join, before a joiner': '\u094d'.repeat(1300) + '\u200c',
  'a letter with thousands of marks, before a joiner': `\u0628${'\u0610'.repeat(20_000)}\u200c`,
  'marks in the wrong order': `a${['\u0345', '\u0301', '\u0316', '\u0334'].map((mark) => mark.repeat(10_000)).join('')}`,
  'thousands of letters beyond ASCII': Array.from({ length: 20_000 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join(
    '',
  ),
};

/** Sent as it is: percent-encoded, most of it would be too large for a form. */
async function statusOf(person: Person, path: string, fields: Record<string, string>): Promise<number> {
  const body = Object.entries(fields).map((field) => field.join('='));
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return (await person.send('POST', path, { headers, body: body.join('&') })).status;
}

describe('a text that takes long to look at', () => {
  let site: Site;
  beforeAll(async () => {
    site = await Site.start();
  });
  afterAll(() => site.stop());

  describe.each(Object.entries(costly))('%s', (_what, text) => {
    it('is refused for its length or its marks, unread', () => {
      expect(isReadable(text)).toBe(false);
      for (const kind of ['name', 'description', 'reason', 'answer', 'roleName'] as const)
        expect(faultOfText(kind, normaliseText(text))).not.toBeNull();
      for (const address of [`${text}@example.org`, `a@${text}`]) {
        expect(faultOfEmail(address)).toBe('Enter an e-mail address, like name@example.org.');
        expect(isEmailAddress(address)).toBe(false);
      }
    });

    // What looks at it closely takes minutes, which no clock is needed to see.
    it.each<[path: string, fields: Record<string, string>]>([
      ['/register', { name: text, email: 'new@example.org', password: 'x', password_confirm: 'x' }],
      ['/register', { email: `${text}@example.org`, password: 'x', password_confirm: 'x' }],
      ['/login', { email: `a@${text}`, password: 'x' }],
      ['/login', { email: 'new@example.org', password: text }],
    ])('is refused by %s: %#', async (path, fields) => {
      expect([401, 422]).toContain(await statusOf(site.visitor(), path, fields));
    });

    it('is refused where access is asked for', async () => {
      const { person } = await holder(site, ['User']);
      expect(await statusOf(person, '/access/request', { route: 'GET /admin', reason: text })).toBe(422);
    });
  });

  it('is one with more than 30 marks in a row, or with more than 1 000 characters, and no other', () => {
    const marks = (count: number) => `e${'\u0301'.repeat(count)}`;
    expect([marks(30), 'a'.repeat(1000), marks(20).repeat(40)].map(isReadable)).toEqual([true, true, true]);
    expect([marks(31), 'a'.repeat(1001), `${marks(20)}${marks(32)}`].map(isReadable)).toEqual([false, false, false]);
  });
});
