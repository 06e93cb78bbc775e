import { UsersService } from '../src/accounts/users.service';
import { SignInEvents } from '../src/audit/sign-in-events';
import { AttemptCounter, TooManyAttempts } from '../src/auth/attempt-counter';
import { AttemptLimits } from '../src/auth/attempt-limits';
import { Passwords } from '../src/credentials/passwords';
import { Database } from '../src/database/database';
import { KnownBrowser } from '../src/sessions/known-browser.entity';
import type { Person } from './support/person';
import { Site } from './support/site';

const password = 'a password of a user';

describe('an account whose password is guessed', () => {
  let site: Site;
  let networks = 0;
  let people = 0;

  beforeAll(async () => {
    site = await Site.start({ TRUST_PROXY: '127.0.0.1' });
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => site.stop());

  const from = (ip: string) => ({ 'x-forwarded-for': ip });
  const elsewhere = () => from(`10.${(++networks >> 8) & 255}.${networks & 255}.1`);
  /** Somebody with the browser that they have signed in with, signed out again. */
  const owner = async (): Promise<[Person, string]> => {
    const email = `guessed${++people}@example.org`;
    const person = await site.user(email, password);
    await person.post('/logout');
    return [person, email];
  };
  const guess = (email: string, network: Record<string, string>, person = site.visitor()) =>
    person.post('/login', { email, password: 'a wrong guess' }, network);
  /** As many as a day allows, from as many networks as it takes. */
  const attack = async (email: string) => {
    for (let i = 0; i < 49; i++) expect((await guess(email, elsewhere())).status).toBe(401);
  };

  it('meets fewer than 50 guesses in a day, over all networks, and its owner signs in with their browser', async () => {
    const [person, email] = await owner();
    const verified = jest.spyOn(site.app.get(Passwords), 'verify');
    const guesses = await Promise.all(Array.from({ length: 200 }, () => guess(email, elsewhere())));
    expect(verified.mock.calls.length).toBe(49);
    expect(guesses.filter(({ status }) => status === 429)).toHaveLength(200 - 49);
    const refused = guesses.find(({ status }) => status === 429);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(23 * 3600);
    expect(refused?.body).toContain('Too many wrong passwords were tried for this account today.');
    expect((await site.visitor().signIn(email, password)).status).toBe(429);
    expect((await person.signIn(email, password)).status).toBe(303);
  });

  it('lets its owner in also on the network that is used up', async () => {
    const [person, email] = await owner();
    const network = elsewhere();
    for (let i = 0; i < 100; i++) await guess(`nobody${i}@example.org`, network);
    expect((await site.visitor().post('/login', { email, password }, network)).status).toBe(429);
    expect((await person.post('/login', { email, password }, network)).status).toBe(303);
  });

  it('is guarded in the browser too, by a count of its own', async () => {
    const [person, email] = await owner();
    for (let i = 0; i < 10; i++) expect((await guess(email, elsewhere(), person)).status).toBe(401);
    expect((await person.post('/login', { email, password }, elsewhere())).status).toBe(429);
    expect((await site.visitor().post('/login', { email, password }, elsewhere())).status).toBe(303);
  });

  it('meets no more guesses in a day for those that were refused as the day before it ended', async () => {
    const counter = new AttemptCounter(site.app.get(Database), { name: 'of-day', most: 1, seconds: 60 });
    await counter.take('key');
    const tooMany = expect(counter.take('key')).rejects.toThrow(TooManyAttempts);
    const tomorrow = Date.now() + 61_000;
    jest.spyOn(Date, 'now').mockReturnValue(tomorrow);
    await counter.take('key');
    await tooMany;
    await expect(counter.take('key')).rejects.toThrow(TooManyAttempts);
  });

  it('is not opened to the browser of another account, nor to a cookie that this site has not written', async () => {
    const [, email] = await owner();
    const [stranger] = await owner();
    await attack(email);
    expect((await guess(email, elsewhere(), stranger)).status).toBe(429);
    const forged = site.visitor();
    for (const cookie of [
      stranger.cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
      'mfo-browser=AAAAAAAAAAAAAAAAAAAAAA',
      'mfo-browser=.',
    ]) {
      forged.cookie = cookie;
      expect((await guess(email, elsewhere(), forged)).status).toBe(429);
    }
  });

  it('is told apart from no account by nothing', async () => {
    const [, email] = await owner();
    const unknown = `nobody-here${++people}@example.org`;
    for (const address of [email, unknown]) await attack(address);
    const [one, other] = [await guess(email, elsewhere()), await guess(unknown, elsewhere())];
    expect([one.status, one.body]).toEqual([other.status, other.body]);
  });

  it('has its success count for its own network and browser only', async () => {
    const [person, email] = await owner();
    const network = elsewhere();
    for (let i = 0; i < 9; i++) await guess(email, network);
    expect((await person.post('/login', { email, password }, network)).status).toBe(303);
    expect((await guess(email, network)).status).toBe(401);
    expect((await guess(email, network)).status).toBe(429);
  });

  it('knows a browser from the first sign-in on, by no more than a hash', async () => {
    const [person, email] = await owner();
    const { id } = await site.app.get(UsersService).byEmail(email);
    const known = () => site.app.get(Database).read.findBy(KnownBrowser, { userId: id });
    const [{ browser }] = (await known()) as [KnownBrowser];
    expect(person.cookie).toMatch(/^mfo-browser=[\w-]{22}\.[\w-]{43}$/);
    expect(browser).toMatch(/^[0-9a-f]{64}$/);
    await person.signIn(email, password);
    expect(await known()).toHaveLength(1);
    await site.visitor().signIn(email, password);
    expect(await known()).toHaveLength(2);
  });

  it('knows no other browser any more once the password is changed, and at most 20', async () => {
    const [person, email] = await owner();
    const { id } = await site.app.get(UsersService).byEmail(email);
    const known = () => site.app.get(Database).read.findBy(KnownBrowser, { userId: id });
    const strangers: Person[] = [];
    for (let i = 0; i < 22; i++) {
      const stranger = site.visitor();
      await stranger.post('/login', { email, password }, elsewhere());
      strangers.push(stranger);
    }
    expect(await known()).toHaveLength(20);
    await person.signIn(email, password);
    await person.post('/account/password', {
      password: 'another one of theirs',
      password_confirm: 'another one of theirs',
    });
    expect(await known()).toHaveLength(1);
    await attack(email);
    expect((await guess(email, elsewhere(), strangers.at(-1))).status).toBe(429);
    expect((await person.post('/logout')).status).toBe(303);
    expect((await person.signIn(email, 'another one of theirs')).status).toBe(303);
  });

  it('is recorded once, as the last guess of the day is made', async () => {
    const [, email] = await owner();
    const { id } = await site.app.get(UsersService).byEmail(email);
    await attack(email);
    for (let i = 0; i < 5; i++) await guess(email, elsewhere());
    await site.app.get(SignInEvents).flush();
    const rows = await site.database.query<{ count: number }>(
      `SELECT count FROM sign_in_events WHERE kind = 'account attacked' AND user_id = ${id}`,
    );
    expect(rows.map(({ count }) => Number(count))).toEqual([1]);
    const { body } = await (await site.admin()).get('/admin');
    expect(body).toMatch(/had too many wrong passwords in a day/);
    expect(body).toContain(email);
  });

  it.each([
    ['/56', 300, (i: number) => `2001:db8:1:1${(i % 256).toString(16).padStart(2, '0')}::${i}`],
    ['/48', 1000, (i: number) => `2001:db8:2:${(i % 4000).toString(16)}::${i}`],
  ])('is not guessed without end from an IPv6 network of %s', async (_network, most, addressOf) => {
    const limits = site.app.get(AttemptLimits);
    const begin = (i: number) =>
      limits.beginSignIn({ email: `wide${most}-${i}@example.org`, ip: addressOf(i), browser: null });
    for (let i = 0; i < most; i++) await begin(i);
    await expect(begin(most)).rejects.toThrow('Too many attempts');
  });
});
