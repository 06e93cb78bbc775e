import bcrypt from 'bcrypt';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { AttemptLimits } from '../src/auth/attempt-limits';
import { HashingBusy } from '../src/credentials/hashing-queue';
import { Passwords } from '../src/credentials/passwords';
import { Site, superuser } from './support/site';

const password = 'a password of a user';
const neutral = 'The e-mail address or the password is not right.';

describe('signing in', () => {
  let site: Site;
  let networks = 0;
  const fromElsewhere = () => ({ 'x-forwarded-for': `10.0.${Math.floor(++networks / 250)}.${(networks % 250) + 1}` });
  const users = () => site.app.get(UsersService);

  beforeAll(async () => {
    site = await Site.start({ TRUST_PROXY: 'loopback' });
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => site.stop());

  describe('is refused in one way', () => {
    beforeAll(async () => {
      await site.user('known@example.org', password);
      await site.user('inactive@example.org', password);
      await users().deactivate(operator, 'inactive@example.org');
    });

    it.each([
      ['an unknown address', 'nobody@example.org', password],
      ['a wrong password', 'known@example.org', 'not the password'],
      ['an inactive account', 'inactive@example.org', password],
      ['a very long password', 'known@example.org', 'x'.repeat(4000)],
    ])('for %s: 401, the same sentence, and exactly one hash', async (_case, email, typed) => {
      const compare = jest.spyOn(bcrypt, 'compare');
      const hash = jest.spyOn(bcrypt, 'hash');
      const page = await site.visitor().post('/login', { email, password: typed }, fromElsewhere());
      expect(page.status).toBe(401);
      expect(page.body).toContain(neutral);
      expect(page.body).toContain(`value="${email}"`);
      expect(page.body).not.toContain(typed);
      expect(page.headers.getSetCookie()).toEqual([]);
      expect(compare.mock.calls.length + hash.mock.calls.length).toBe(1);
    });

    it('and in one way for programs', async () => {
      const headers = { accept: 'application/json', ...fromElsewhere() };
      const answer = await site.visitor().post('/login', { email: 'nobody@example.org', password }, headers);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(answer.json()).toMatchObject({ status: 401, title: 'Unauthorized', detail: neutral });
    });
  });

  it('with an incomplete form is a 422 with the error beside the field', async () => {
    const page = await site.visitor().post('/login', { email: 'not an address', password: '' }, fromElsewhere());
    expect(page.status).toBe(422);
    expect(page.body).toMatch(/id="email-error"[^>]*>Enter an e-mail address/);
    expect(page.body).toMatch(/id="password-error"[^>]*>Enter your password/);
    expect(page.body).toContain('value="not an address"');
  });

  it('does not read the address bar: credentials in a query are refused', async () => {
    const query = new URLSearchParams(superuser).toString();
    for (const path of [`/login?${query}`, `/login?password=${superuser.password}`, '/register?password_confirm=x']) {
      const page = await site.visitor().post(path, {}, fromElsewhere());
      expect(page.status).toBe(400);
      expect(page.headers.getSetCookie()).toEqual([]);
    }
    const both = await site.visitor().post(`/login?${query}`, superuser, fromElsewhere());
    expect(both.status).toBe(400);
    expect((await site.visitor().get(`/login?password=x`)).status).toBe(400);
  });

  it('finds an address however it is spelt', async () => {
    await site.user('Ümläut.Name@Example.ORG', password);
    for (const email of [
      'ümläut.name@example.org',
      ' ÜMLÄUT.NAME@EXAMPLE.ORG ',
      'u\u0308mla\u0308ut.name@example.org',
    ]) {
      expect((await site.visitor().post('/login', { email, password }, fromElsewhere())).status).toBe(303);
    }
  });

  it('gives a new session id to somebody who came with an old one', async () => {
    const person = await site.user('fixation@example.org', password);
    const planted = person.cookie;
    await person.post('/logout');
    person.cookie = planted;
    await person.signIn('fixation@example.org', password);
    expect(person.cookie).not.toBe(planted);
    const other = site.visitor();
    other.cookie = planted;
    expect((await other.get('/account')).status).toBe(303);
  });

  it('raises the cost of a hash that is behind, and a hash of argon2id becomes bcrypt', async () => {
    const argon2id =
      '$argon2id$v=19$m=65536,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$bWoYHhoXfirjPb/tgGoauidTdAxTT5GuRjl3NN1grFo';
    await users().create(operator, {
      email: 'old@example.org',
      name: '',
      passwordHash: argon2id,
      active: true,
      roles: ['User'],
    });
    const person = site.visitor();
    expect(
      (await person.post('/login', { email: 'old@example.org', password: 'abcd1234' }, fromElsewhere())).status,
    ).toBe(303);
    expect((await users().byEmail('old@example.org')).passwordHash).toMatch(/^\$2b\$04\$/);
    expect((await person.get('/account')).status).toBe(200);
    expect(
      (await site.visitor().post('/login', { email: 'old@example.org', password: 'abcd1234' }, fromElsewhere())).status,
    ).toBe(303);
  });

  it('answers 503 with Retry-After while too many wait, and counts nothing', async () => {
    await site.user('patient@example.org', password);
    const network = fromElsewhere();
    const signIn = () => site.visitor().post('/login', { email: 'patient@example.org', password }, network);
    const rows = () => site.database.query('SELECT * FROM rate_limits ORDER BY name');
    const before = await rows();
    const passwords = site.app.get(Passwords);
    const ensureRoom = jest.spyOn(passwords, 'ensureRoom').mockImplementation(() => {
      throw new HashingBusy(7);
    });
    for (let i = 0; i < 11; i++) {
      const page = await signIn();
      expect([page.status, page.headers.get('retry-after'), page.h1]).toEqual([503, '7', 'Please try again']);
    }
    expect(await rows()).toEqual(before);
    ensureRoom.mockRestore();
    const verify = jest.spyOn(passwords, 'verify').mockRejectedValue(new HashingBusy(7));
    for (let i = 0; i < 11; i++) expect((await signIn()).status).toBe(503);
    verify.mockRestore();
    expect((await signIn()).status).toBe(303);
  });

  it('goes on to a path of this site only', async () => {
    const signIn = async (next: string) => {
      const page = await site.visitor().post('/login', { ...superuser, next }, fromElsewhere());
      return page.location;
    };
    expect(await signIn('/account?tab=1')).toBe('/account?tab=1');
    for (const away of [
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      '/\t/evil.example',
      '\\\\evil.example',
      'account',
      '',
      '/.//evil.example',
      '/..//evil.example',
      `/${'x'.repeat(2000)}`,
      `/${'ü'.repeat(400)}`,
    ]) {
      expect(await signIn(away)).toBe('/');
    }
  });

  it('remembers the page that was asked for, unless its address is very long', async () => {
    const visitor = site.visitor();
    const wanted = `/account?q=${'x'.repeat(1900)}`;
    expect((await visitor.get(wanted)).location).toBe(`/login?next=${encodeURIComponent(wanted)}`);
    expect((await visitor.get(`${wanted}${'x'.repeat(100)}`)).location).toBe('/login');
  });

  it('sends on who is signed in already, in the same way', async () => {
    const user = await site.user();
    expect(await user.get('/login?next=%2Faccount')).toMatchObject({ status: 303, location: '/account' });
    expect(await user.get('/login?next=//evil.example')).toMatchObject({ status: 303, location: '/' });
    expect(await user.post('/login', { next: '/account' })).toMatchObject({ status: 303, location: '/account' });
    expect(await user.get('/register')).toMatchObject({ status: 303, location: '/' });
  });

  describe('is limited before anything is hashed', () => {
    it('to ten failures for an account from one network, with Retry-After; another network is free', async () => {
      await site.user('guessed@example.org', password);
      const network = fromElsewhere();
      const guess = () =>
        site.visitor().post('/login', { email: 'guessed@example.org', password: 'wrong guess' }, network);
      for (let i = 0; i < 10; i++) expect((await guess()).status).toBe(401);
      const compare = jest.spyOn(bcrypt, 'compare');
      const limited = await guess();
      expect(limited.status).toBe(429);
      expect(limited.h1).toBe('Too many attempts');
      const retryAfter = Number(limited.headers.get('retry-after'));
      expect(retryAfter).toBeGreaterThan(0);
      expect(retryAfter).toBeLessThanOrEqual(15 * 60);
      const right = await site.visitor().post('/login', { email: 'guessed@example.org', password }, network);
      expect(right.status).toBe(429);
      expect(compare).not.toHaveBeenCalled();
      const elsewhere = await site
        .visitor()
        .post('/login', { email: 'guessed@example.org', password }, fromElsewhere());
      expect(elsewhere.status).toBe(303);
    });

    it('also when the guesses come all at once', async () => {
      const network = fromElsewhere();
      const guesses = Array.from({ length: 40 }, () =>
        site.visitor().post('/login', { email: 'none@example.org', password: 'x' }, network),
      );
      const statuses = (await Promise.all(guesses)).map(({ status }) => status);
      expect(statuses.filter((status) => status === 401)).toHaveLength(10);
      expect(statuses.filter((status) => status === 429)).toHaveLength(30);
    });

    it('and a success clears the count of the account', async () => {
      await site.user('forgetful@example.org', password);
      const network = fromElsewhere();
      const signIn = (typed: string) =>
        site.visitor().post('/login', { email: 'forgetful@example.org', password: typed }, network);
      for (let round = 0; round < 3; round++) {
        for (let i = 0; i < 9; i++) expect((await signIn('wrong')).status).toBe(401);
        expect((await signIn(password)).status).toBe(303);
      }
    });

    it('to a hundred failures from one network, whatever the accounts', async () => {
      const network = fromElsewhere();
      const guess = (i: number) =>
        site.visitor().post('/login', { email: `nobody${i}@example.org`, password: 'x' }, network);
      for (let i = 0; i < 100; i++) expect((await guess(i)).status).toBe(401);
      expect((await guess(100)).status).toBe(429);
      const success = site.visitor();
      expect((await success.post('/login', superuser, network)).status).toBe(429);
    });

    it('and writes nothing more once a network has used them up', async () => {
      const network = fromElsewhere();
      const guess = (i: number) =>
        site.visitor().post('/login', { email: `blocked${i}@example.org`, password: 'x' }, network);
      for (let i = 0; i < 100; i++) expect((await guess(i)).status).toBe(401);
      const rows = () => site.database.query('SELECT * FROM rate_limits ORDER BY name');
      const before = await rows();
      for (let i = 100; i < 130; i++) expect((await guess(i)).status).toBe(429);
      expect((await site.visitor().post('/login', superuser, network)).status).toBe(429);
      expect(await rows()).toEqual(before);
    });

    it('nor once an account has, nor where many more come at once', async () => {
      const network = fromElsewhere();
      const guess = (email: string) => site.visitor().post('/login', { email, password: 'x' }, network);
      const rows = () => site.database.query<{ name: string }>('SELECT * FROM rate_limits ORDER BY name');
      for (let i = 0; i < 10; i++) await guess('tired@example.org');
      const before = await rows();
      for (let i = 0; i < 5; i++) expect((await guess('tired@example.org')).status).toBe(429);
      expect(await rows()).toEqual(before);
      const flood = Array.from({ length: 200 }, (_, i) => guess(`flood${i}@example.org`));
      const statuses = (await Promise.all(flood)).map(({ status }) => status);
      expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(90);
      expect((await rows()).length).toBeLessThanOrEqual(before.length + 2 * 90);
    });

    it('successes as well, more generously: 300 of an account, and 1000 from a network', async () => {
      await site.user('keen@example.org', password);
      const limits = site.app.get(AttemptLimits);
      const network = fromElsewhere();
      for (let i = 0; i < 299; i++)
        await limits.signInSucceeded({ email: 'keen@example.org', ip: `10.200.0.${i % 250}`, browser: null });
      const signIn = (headers: Record<string, string>, email = 'keen@example.org') =>
        site.visitor().post('/login', { email, password }, headers);
      expect((await signIn(network)).status).toBe(303);
      const limited = await signIn(fromElsewhere());
      expect([limited.status, limited.h1]).toEqual([429, 'Too many attempts']);
      expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await signIn(network, 'known@example.org')).status).toBe(303);
      for (let i = 0; i < 998; i++)
        await limits.signInSucceeded({ email: `many${i}@example.org`, ip: network['x-forwarded-for'], browser: null });
      expect((await signIn(network, 'known@example.org')).status).toBe(429);
      expect((await signIn(fromElsewhere(), 'known@example.org')).status).toBe(303);
    });

    it('of IPv6 the network is the first 64 bits', async () => {
      const guess = (host: string) =>
        site
          .visitor()
          .post('/login', { email: 'six@example.org', password: 'x' }, { 'x-forwarded-for': `2001:db8:1:2:${host}` });
      for (let i = 0; i < 10; i++) expect((await guess(`0:0:0:${i}`)).status).toBe(401);
      expect((await guess('a:b:c:d')).status).toBe(429);
    });
  });
});
