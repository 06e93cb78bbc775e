import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { Clock } from '../src/config/clock';
import { Sessions } from '../src/sessions/sessions.service';
import { unescaped } from './support/forms-of';
import type { Page, Person } from './support/person';
import { Site } from './support/site';

const password = 'a password of a user';

let site: Site;
let people = 0;

beforeAll(async () => {
  site = await Site.start({ TRUST_PROXY: 'loopback' });
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => site.stop());

const somebody = async () => {
  const email = `somebody${++people}@example.org`;
  const person = site.visitor();
  const headers = { 'x-forwarded-for': `10.7.${people}.1` };
  await person.post('/register', { email, password, password_confirm: password }, headers);
  await person.get('/');
  return { email, person, headers };
};
const sessionsOf = async (email: string) => {
  const { id } = await site.app.get(UsersService).byEmail(email);
  return (await site.app.get(Sessions).openSessionsOf(id)).length;
};
const later = (minutes: number) => {
  const moment = Date.now() + minutes * 60_000;
  jest.spyOn(site.app.get(Clock), 'now').mockImplementation(() => new Date(moment));
};
const hidden = (page: Page, name: string) =>
  unescaped(new RegExp(`name="${name}" value="([^"]*)"`).exec(page.body)?.[1] ?? '');

describe('"keep me signed in"', () => {
  it.each(['false', 'False', '0', 'no', 'off', '', ' '])('said as %j is a no', async (remember) => {
    const { email } = await somebody();
    const page = await site.visitor().signIn(email, password, { remember });
    expect(page.status).toBe(303);
    expect(page.headers.getSetCookie()[0]).not.toMatch(/expires/i);
    const again = await site.visitor().signIn(email, 'not the password', { remember });
    expect(again.body).not.toMatch(/ checked/);
  });

  it.each(['yes', 'on', 'true', '1'])('said as %j is a yes', async (remember) => {
    const { email } = await somebody();
    const page = await site.visitor().signIn(email, password, { remember });
    expect(page.headers.getSetCookie()[0]).toMatch(/expires/i);
    const again = await site.visitor().signIn(email, 'not the password', { remember });
    expect(again.body).toMatch(/ checked/);
  });
});

describe('the page somebody wanted', () => {
  const wanted = '/users?a=b&c=d e';

  it('is where they come to when they register on the way', async () => {
    const visitor = site.visitor();
    const login = await visitor.get(`/login?next=${encodeURIComponent(wanted)}`);
    const [, toRegister = ''] = /href="(\/register\?next=[^"]*)"/.exec(login.body) ?? [];
    const form = await visitor.get(toRegister);
    const next = hidden(form, 'next');
    expect(form.body).toContain(`href="/login?next=${toRegister.split('next=')[1]}"`);
    const weak = await visitor.register('on-the-way@example.org', 'password1', { next });
    expect(weak.status).toBe(422);
    expect(hidden(weak, 'next')).toBe(next);
    const done = await visitor.register('on-the-way@example.org', password, { next });
    expect(done).toMatchObject({ status: 303, location: '/users?a=b&c=d%20e' });
  });

  it.each(['https://evil.example', '//evil.example/x', '/\\evil.example', 'account'])(
    'is on this site, or it is the home page: %s',
    async (next) => {
      const visitor = site.visitor();
      expect(hidden(await visitor.get(`/register?next=${encodeURIComponent(next)}`), 'next')).toBe('/');
      const { status, location } = await visitor.register(`away${++people}@example.org`, password, { next });
      expect([status, location]).toEqual([303, '/']);
    },
  );
});

describe('the form that is sent twice, as by a double click,', () => {
  it('opens one session, for the one sent last', async () => {
    const { email, person } = await somebody();
    await person.post('/logout');
    const browser = site.visitor();
    const form = hidden(await browser.get('/login'), 'form');
    expect(form).not.toBe('');
    const [first, second] = [site.visitor(), site.visitor()];
    const sent = [first, second].map((copy) => copy.signIn(email, password, { form }));
    for (const { status } of await Promise.all(sent)) expect(status).toBe(303);
    expect(await sessionsOf(email)).toBe(1);
    const third = site.visitor();
    expect((await third.signIn(email, password, { form })).status).toBe(303);
    expect(await sessionsOf(email)).toBe(1);
    expect((await third.get('/account')).status).toBe(200);
  });

  it('is told from two pages with a form, and from what sends none', async () => {
    const { email, person } = await somebody();
    await person.post('/logout');
    for (let i = 0; i < 2; i++) {
      const browser = site.visitor();
      await browser.signIn(email, password, { form: hidden(await browser.get('/login'), 'form') });
      await site.visitor().signIn(email, password);
    }
    expect(await sessionsOf(email)).toBe(4);
  });

  it('ends nobody else’s session', async () => {
    const [one, other] = [await somebody(), await somebody()];
    const [first, second] = [site.visitor(), site.visitor()];
    await first.signIn(one.email, password, { form: 'of-somebody' });
    await second.signIn(other.email, password, { form: 'of-somebody' });
    expect((await first.get('/account')).status).toBe(200);
    expect((await second.get('/account')).status).toBe(200);
  });
});

describe('a browser that keeps no cookies', () => {
  const sentence = /your browser didn’t keep the cookie/;
  const headers = (agent: string) => ({ 'x-forwarded-for': `10.6.${++people}.1`, 'user-agent': agent });

  it.each(['', '/account'])('is told so on the page after the sign-in, once (next: %j)', async (next) => {
    const { email } = await somebody();
    const from = headers('Blocking 1');
    let { location } = await site.visitor().post('/login', { email, password, next }, from);
    let page = await site.visitor().get(location!, from);
    if (page.status === 303) {
      location = page.location;
      page = await site.visitor().get(location!, from);
    }
    expect(page.status).toBe(200);
    expect(page.body).toMatch(sentence);
    expect(page.headers.getSetCookie()).toEqual([]);
    expect((await site.visitor().get('/', from)).body).not.toMatch(sentence);
  });

  it('and nobody else is: not with a cookie, not another browser, not another network, not later', async () => {
    const { email } = await somebody();
    const from = headers('Keeping 1');
    const keeping = site.visitor();
    await keeping.post('/login', { email, password }, from);
    expect((await site.visitor().get('/', { ...from, 'user-agent': 'Another' })).body).not.toMatch(sentence);
    expect((await site.visitor().get('/', { ...from, 'x-forwarded-for': '10.5.5.5' })).body).not.toMatch(sentence);
    expect((await keeping.get('/', from)).body).not.toMatch(sentence);
    expect((await site.visitor().get('/', from)).body).not.toMatch(sentence);
    await site.visitor().post('/login', { email, password }, from);
    const now = Date.now();
    jest.spyOn(Date, 'now').mockReturnValue(now + 11_000);
    expect((await site.visitor().get('/', from)).body).not.toMatch(sentence);
  });
});

describe('the sign-in page says why a session is over', () => {
  const page = async (person: Person) => {
    const { status, location } = await person.get('/account');
    expect([status, location]).toEqual([303, '/login?next=%2Faccount']);
    return (await person.get(location!)).body;
  };

  it('when it was not used', async () => {
    const { person } = await somebody();
    later(121);
    expect(await page(person)).toContain('You were signed out because you hadn’t used the site for 2 hours.');
  });

  it('when it was as old as it may be', async () => {
    const { email } = await somebody();
    const person = site.visitor();
    await person.signIn(email, password, { remember: 'yes' });
    later(30 * 24 * 60 + 1);
    expect(await page(person)).toContain('You were signed out because you signed in 30 days ago.');
  });

  it('when it was ended, without saying by whom', async () => {
    const { person, email } = await somebody();
    await site.app.get(UsersService).deactivate(operator, email);
    const text = await page(person);
    expect(text).toContain('Your session was ended');
    expect(text).not.toContain('deactivated');
  });

  it('and to nobody without its cookie: not after signing out, not with one that is made up', async () => {
    const { person } = await somebody();
    const copy = site.visitor();
    copy.cookie = person.cookie;
    await person.post('/logout');
    const madeUp = site.visitor();
    madeUp.cookie = copy.cookie.replace(/^(mfo=[^;]{20}).{6}/, '$1AAAAAA');
    for (const visitor of [person, madeUp, site.visitor()])
      expect((await visitor.get('/login')).body).not.toMatch(/signed out because|session was ended/);
    expect((await copy.get('/login')).body).toContain('Your session was ended');
    expect((await copy.get('/')).headers.getSetCookie()).toEqual([]);
  });

  it('and they sign in again as always', async () => {
    const { person, email } = await somebody();
    later(121);
    await page(person);
    expect((await person.signIn(email, password, { next: '/account' })).location).toBe('/account');
    expect((await person.get('/account')).status).toBe(200);
  });
});
