import { request, type IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { UserGrants } from '../src/accounts/user-grants.service';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { Clock } from '../src/config/clock';
import { RolesService } from '../src/roles/roles.service';
import { browserName } from '../src/text/browser-name';
import { Sessions } from '../src/sessions/sessions.service';
import { dump } from './support/dump';
import type { Page, Person } from './support/person';
import { Site, superuser } from './support/site';

const password = 'a password of a user';
const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';

let site: Site;
let users: UsersService;
let grants: UserGrants;
let admin: Person;
let people = 0;

beforeAll(async () => {
  site = await Site.start({ TRUST_PROXY: 'loopback' });
  users = site.app.get(UsersService);
  grants = site.app.get(UserGrants);
  admin = await site.admin();
  await site.app.get(RolesService).create(operator, {
    name: 'Keeper',
    description: '',
    permissions: ['admin-read', 'admin-write', 'users-read', 'users-write'],
  });
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => site.stop());

/** Somebody who is signed in here and elsewhere, in browsers of these names. */
async function somebody(agents = ['one', 'two']): Promise<{ id: number; email: string; browsers: Person[] }> {
  const email = `person${++people}@example.org`;
  await site.user(email);
  const { id } = await users.byEmail(email);
  await site.app.get(Sessions).end(operator, id);
  const browsers: Person[] = [];
  for (const agent of agents) {
    const browser = site.visitor();
    await browser.post('/login', { email, password }, { 'user-agent': agent, 'x-forwarded-for': `10.5.${people}.1` });
    browsers.push(browser);
  }
  return { id, email, browsers };
}

const idsOf = async (userId: number) =>
  (await site.app.get(Sessions).openSessionsOf(userId)).map(({ id }) => id).sort();
const namedOn = (page: Page) => [...page.body.matchAll(/name="session" value="([^"]*)"/g)].map(([, id]) => id);
const isIn = async (person: Person) => (await person.get('/account')).status === 200;
const newestEvent = async () =>
  (await site.database.query<Record<string, string>>('SELECT * FROM audit_events ORDER BY sequence DESC LIMIT 1'))[0];

const all = { all: 'yes' };
/** Neither one session nor all, or both. */
const unclearChoices = (session: string): Record<string, string>[] => [
  {},
  { sesion: session },
  { all: '' },
  { all: 'no' },
  { ...all, session },
];

/** The refused leave everything as it was, but for whose turn it was. */
async function isRefused(ask: () => Promise<Page>, status: number): Promise<void> {
  const before = await dump(site);
  expect((await ask()).status).toBe(status);
  expect({ ...(await dump(site)), access_state: [] }).toEqual({ ...before, access_state: [] });
}

describe('on the page of their account', () => {
  it('somebody sees where they are signed in: browser, address, last use, and which one is this', async () => {
    const { browsers } = await somebody([firefox, 'curl/8']);
    const page = await browsers[0]!.get('/account');
    expect(page.body).toContain('Firefox on Windows');
    expect(page.body).toContain('Unknown browser');
    expect(page.body).toContain(`from 10.5.${people}.1`);
    expect(page.body).toMatch(/last used \d+ \w+ \d{4}, \d\d:\d\d UTC/);
    expect(page.body.match(/this one/g)).toHaveLength(1);
    expect(namedOn(page)).toHaveLength(1);
    expect(page.body).not.toContain('curl/8');
  });

  it('they sign out elsewhere: in one, or in all others, and never here', async () => {
    const { id, browsers } = await somebody(['one', 'two', 'three', 'four']);
    const [here, ...others] = browsers as [Person, ...Person[]];
    const [first] = namedOn(await here.get('/account'));
    expect(await here.post('/account/sessions/end', { session: first! })).toMatchObject({
      status: 303,
      location: '/account',
    });
    expect((await here.get('/account')).body).toContain('You are signed out there.');
    expect(await idsOf(id)).not.toContain(first);
    expect(await newestEvent()).toMatchObject({
      actor: `user ${id}`,
      action: 'user.end-sessions',
      subject: `user ${id}`,
      after: '{"ended":1}',
    });
    const copy = site.visitor();
    copy.cookie = here.cookie;
    await here.post('/account/sessions/end', all);
    expect(await Promise.all([here, copy, ...others].map(isIn))).toEqual([true, false, false, false, false]);
    expect(await newestEvent()).toMatchObject({ after: '{"ended":2}' });
  });

  it('they end nobody else’s session, and none by a text that is no session', async () => {
    const { id, browsers } = await somebody();
    const other = await somebody();
    const [foreign] = await idsOf(other.id);
    for (const session of [foreign!, '', 'x', '%', '0'.repeat(64)])
      await isRefused(() => browsers[0]!.post('/account/sessions/end', { session }), 404);
    for (const unclear of unclearChoices((await idsOf(id))[0]!))
      await isRefused(() => browsers[0]!.post('/account/sessions/end', unclear), 422);
    const several = new URLSearchParams((await idsOf(other.id)).map((id) => ['session', id]));
    await isRefused(() => browsers[0]!.send('POST', '/account/sessions/end', { body: several }), 404);
    expect(await Promise.all([...browsers, ...other.browsers].map(isIn))).toEqual([true, true, true, true]);
  });

  it('does nothing more by a request that had begun when their session was ended', async () => {
    const { id, email, browsers } = await somebody(['one']);
    const to = 'another password of theirs';
    const body = new URLSearchParams({ current_password: password, password: to, password_confirm: to }).toString();
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = {
        cookie: browsers[0]!.cookie,
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': body.length,
      };
      const slow = request(`${site.origin}/account/password`, { method: 'POST', headers }, resolve).on('error', reject);
      slow.write(body.slice(0, 20));
      void pause(300)
        .then(() => site.app.get(Sessions).end(operator, id))
        .then(() => slow.end(body.slice(20)));
    });
    answer.resume();
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/login']);
    expect((await site.visitor().signIn(email, password)).status).toBe(303);
  });

  it('they need user-write to end any, and see none of the buttons without it', async () => {
    await site.app.get(RolesService).create(operator, { name: 'Looks', description: '', permissions: ['user-read'] });
    const { email, browsers } = await somebody();
    await grants.give(operator, email, 'Looks');
    await grants.revoke(operator, email, 'User');
    expect((await browsers[0]!.get('/account')).body).not.toContain('/account/sessions/end');
    await isRefused(() => browsers[0]!.post('/account/sessions/end', all), 403);
  });

  it('a session that has ended by idleness is not shown, a remembered one is', async () => {
    const { id, email } = await somebody();
    await site.visitor().signIn(email, password, { remember: 'yes' });
    const moment = Date.now() + 121 * 60_000;
    jest.spyOn(site.app.get(Clock), 'now').mockImplementation(() => new Date(moment));
    expect(await idsOf(id)).toHaveLength(1);
  });
});

describe('an administrator', () => {
  it('ends one session of a person, or all', async () => {
    const { id, browsers } = await somebody(['one', 'two', 'three']);
    const [first] = await idsOf(id);
    const back = { status: 303, location: `/admin/users/${id}` };
    expect(await admin.post(`/admin/users/${id}/sessions/end`, { session: first! })).toMatchObject(back);
    expect((await Promise.all(browsers.map(isIn))).filter(Boolean)).toHaveLength(2);
    expect(await admin.post(`/admin/users/${id}/sessions/end`, all)).toMatchObject(back);
    expect((await Promise.all(browsers.map(isIn))).filter(Boolean)).toHaveLength(0);
    const { id: adminId } = await users.byEmail(superuser.email);
    expect(await newestEvent()).toMatchObject({ actor: `user ${adminId}`, subject: `user ${id}` });
  });

  it('ends no session of another person under this one’s id, and finds nobody by a wrong id', async () => {
    const { id } = await somebody();
    const other = await somebody();
    const [foreign] = await idsOf(other.id);
    await admin.get('/'); // They have read what the last form had to tell.
    for (const session of [foreign!, '', 'x'])
      await isRefused(() => admin.post(`/admin/users/${id}/sessions/end`, { session }), 404);
    for (const unclear of unclearChoices((await idsOf(id))[0]!))
      await isRefused(() => admin.post(`/admin/users/${id}/sessions/end`, unclear), 422);
    for (const wrong of ['0', 'x', '2147483647'])
      await isRefused(() => admin.post(`/admin/users/${wrong}/sessions/end`, all), 404);
    expect(await Promise.all(other.browsers.map(isIn))).toEqual([true, true]);
  });
});

describe('a keeper of users', () => {
  it('signs out nobody who holds more than they do', async () => {
    const { email, browsers } = await somebody();
    await grants.give(operator, email, 'Keeper');
    const { id: above } = await users.byEmail(superuser.email);
    const [session] = await idsOf(above);
    await isRefused(() => browsers[0]!.post(`/admin/users/${above}/sessions/end`, { session: session! }), 403);
    await isRefused(() => browsers[0]!.post(`/admin/users/${above}/sessions/end`, all), 403);
    const fan = await somebody();
    expect((await browsers[0]!.post(`/admin/users/${fan.id}/sessions/end`, all)).status).toBe(303);
    expect(await Promise.all(fan.browsers.map(isIn))).toEqual([false, false]);
  });
});

it.each([
  [firefox, 'Firefox on Windows'],
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36',
    'Chrome on Linux',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0',
    'Microsoft Edge on Windows',
  ],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18 Safari/604', 'Safari on iPhone'],
  ['Mozilla/5.0 (Linux; Android 15) AppleWebKit/537 Chrome/142.0 Mobile Safari/537', 'Chrome on Android'],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.0 Safari/605.1.15',
    'Safari on macOS',
  ],
  ['', 'Unknown browser'],
  ['<script>alert(1)</script>', 'Unknown browser'],
  ['Your bank/1.0 (call this number) now', 'Unknown browser'],
  ['curl/8.1', 'Unknown browser'],
])('a browser that says %j is called %s', async (agent, name) => {
  expect(await browserName(agent)).toBe(name);
});
