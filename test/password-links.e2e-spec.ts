import bcrypt from 'bcrypt';
import { UserGrants } from '../src/accounts/user-grants.service';
import { UsersService } from '../src/accounts/users.service';
import { operator, type Actor } from '../src/audit/actor';
import { Clock } from '../src/config/clock';
import { idIn, linkKeys, tokenOf } from '../src/mail/link-token';
import { PasswordChanges } from '../src/credentials/password-changes.service';
import { PasswordLinks } from '../src/credentials/password-links.service';
import { Passwords } from '../src/credentials/passwords';
import { Database } from '../src/database/database';
import { Housekeeping } from '../src/database/housekeeping';
import { RolesService } from '../src/roles/roles.service';
import { UserHoldings } from '../src/roles/user-holdings.service';
import { Sessions } from '../src/sessions/sessions.service';
import { dump, expectUnchanged } from './support/dump';
import type { Page, Person } from './support/person';
import { Site, superuser } from './support/site';
import type { Somebody } from './support/somebody';

const DAY = 24 * 60 * 60_000;
const chosen = 'a password they have chosen';
const both = { password: chosen, password_confirm: chosen };

let site: Site;
let users: UsersService;
let holdings: UserHoldings;
let grants: UserGrants;
let passwordChanges: PasswordChanges;
let links: PasswordLinks;
let admin: Person;
let made = 0;

beforeAll(async () => {
  site = await Site.start({ TRUST_PROXY: 'loopback' });
  [users, holdings, grants, passwordChanges, links] = [
    site.app.get(UsersService),
    site.app.get(UserHoldings),
    site.app.get(UserGrants),
    site.app.get(PasswordChanges),
    site.app.get(PasswordLinks),
  ];
  admin = await site.admin();
  await site.app.get(RolesService).create(operator, {
    name: 'Keeper',
    description: 'Keeps the list of people',
    permissions: ['admin-read', 'admin-write', 'users-read', 'users-write'],
  });
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => site.stop());

/** Somebody who can't sign in yet. */
async function somebody(more: { active?: boolean; roles?: string[]; name?: string } = {}): Promise<Somebody> {
  const email = `somebody${++made}@example.org`;
  const { id, name } = await users.create(operator, {
    email,
    name: '',
    passwordHash: '',
    active: true,
    roles: ['User'],
    ...more,
  });
  return { id, email, name, actor: { kind: 'user', id, ip: '127.0.0.1', requestId: 'r' } };
}

/** A keeper of users, signed in by a link of the operator. */
async function keeper(): Promise<[Person, Somebody]> {
  const it = await somebody({ roles: ['User', 'Keeper'] });
  const person = site.visitor();
  expect((await open(person, await linkTo(it))).status).toBe(303);
  await person.get('/');
  return [person, it];
}

async function linkTo({ id }: { id: number }, actor: Actor = operator): Promise<string> {
  return pathOf((await links.make(actor, id)).address);
}

const pathOf = (address: string) => new URL(address).pathname;

/** From a network of its own, unless told: only one test is about the limit. */
function open(person: Person, path: string, fields = both, ip = `10.3.${++made % 250}.1`): Promise<Page> {
  return person.post(path, fields, { 'x-forwarded-for': ip });
}

const addressOn = (page: Page) => /id="address"[^>]*value="([^"]*)"/.exec(page.body)?.[1];
const errorBeside = (page: Page, field: string) =>
  new RegExp(`id="${field}-error"[^>]*>([^<]*)<`).exec(page.body)?.[1]?.replaceAll('&#x27;', "'");
const newestEvents = (count: number) =>
  site.database.query<Record<'actor' | 'action' | 'subject', string> & Record<string, string | null>>(
    `SELECT * FROM audit_events ORDER BY sequence DESC LIMIT ${count}`,
  );
const later = (ms: number) => {
  const moment = Date.now() + ms;
  jest.spyOn(site.app.get(Clock), 'now').mockImplementation(() => new Date(moment));
};

/** The form, from which the token has left the address. */
async function follow(person: Person, path: string): Promise<Page> {
  const { status, location } = await person.get(path);
  expect([status, location]).toEqual([303, '/welcome/password']);
  return person.get('/welcome/password');
}

async function isRefused(path: string, person = site.visitor()): Promise<void> {
  const before = await dump(site);
  const hash = jest.spyOn(bcrypt, 'hash').mockClear();
  for (const page of [await person.get(path), await open(person, path)])
    expect([page.status, page.h1]).toEqual([410, 'This link has ended']);
  expect(hash).not.toHaveBeenCalled();
  await expectUnchanged(site, before);
}

describe('an administrator', () => {
  const fields = (email: string, more: Record<string, string> = {}) => ({
    email,
    name: 'Ada',
    roles: 'User',
    active: 'yes',
    ...more,
  });

  it('adds a person without a password, and gets the link to pass on', async () => {
    const form = await admin.get('/admin/users/new');
    expect(form.body).toMatch(/value="User" checked/);
    expect(form.body).not.toMatch(/value="Admin" checked/);
    expect(form.body).not.toContain('type="password"');
    const page = await admin.post('/admin/users/new', fields('ada@example.org', { reason: 'Runs the bar' }));
    const { id, active, passwordHash } = await users.byEmail('ada@example.org');
    expect(page).toMatchObject({ status: 303, location: `/admin/users/${id}/link` });
    expect([active, passwordHash]).toEqual([true, '']);
    const shown = await admin.get(page.location!);
    expect(shown.body).toContain('Ada has an account now. Pass the link on, so that a password can be set.');
    expect(addressOn(shown)).toMatch(/^http:\/\/localhost:0\/welcome\/[0-9a-f]{32}\.[\w-]{43}$/);
    expect(shown.headers.get('cache-control')).toBe('no-store, no-transform');
    const [link, account] = await newestEvents(2);
    const { id: adminId } = await users.byEmail(superuser.email);
    expect(account).toMatchObject({ actor: `user ${adminId}`, action: 'user.create', reason: 'Runs the bar' });
    expect(link).toMatchObject({ actor: `user ${adminId}`, action: 'user.make-link', subject: `user ${id}` });
    expect(JSON.stringify(link)).not.toContain(addressOn(shown)!.split('.').at(-1));
  });

  it('adds somebody with several roles, or none, active or not', async () => {
    const body = new URLSearchParams(fields('crew@example.org'));
    body.append('roles', 'Keeper');
    body.delete('active');
    await admin.send('POST', '/admin/users/new', { body });
    const crew = await users.byEmail('crew@example.org');
    expect([crew.active, await holdings.rolesOf(crew.id)]).toEqual([false, ['User', 'Keeper']]);
    await admin.post('/admin/users/new', { email: 'nothing@example.org' });
    expect(await holdings.rolesOf((await users.byEmail('nothing@example.org')).id)).toEqual([]);
  });

  it.each<[string, Record<string, string>, string, RegExp]>([
    ['no address', { email: '' }, 'email', /Enter an e-mail address/],
    ['a taken address', { email: superuser.email }, 'email', /There is an account/],
    ['a name too long', { name: 'n'.repeat(101) }, 'name', /at most 100/],
    ['an unknown role', { roles: 'Amdin' }, 'roles', /There is no role/],
    ['a reason too long', { reason: 'r'.repeat(256) }, 'reason', /at most 255/],
  ])('is told of %s beside its field, and nothing changes', async (_, more, field, message) => {
    await admin.get('/'); // They have read what the last form had to tell.
    const before = await dump(site);
    const page = await admin.post('/admin/users/new', { ...fields('rejected@example.org'), ...more });
    expect([page.status, errorBeside(page, field)]).toEqual([422, expect.stringMatching(message)]);
    if (field !== 'name') expect(page.body).toContain('value="Ada"');
    if (field !== 'roles') expect(page.body).toMatch(/value="User" checked/);
    expect({ ...(await dump(site)), access_state: [] }).toEqual({ ...before, access_state: [] });
  });

  it('makes a new link, and the older one ends', async () => {
    const person = await somebody();
    const address = `/admin/users/${person.id}/link`;
    const none = await admin.get(address);
    expect([none.status, addressOn(none)]).toEqual([200, undefined]);
    expect(await admin.post(address)).toMatchObject({ status: 303, location: address });
    const first = pathOf(addressOn(await admin.get(address))!);
    await admin.post(address);
    const second = pathOf(addressOn(await admin.get(address))!);
    await isRefused(first);
    expect((await open(site.visitor(), second)).status).toBe(303);
  });

  it('sees of another’s link that there is one, and not its address', async () => {
    const person = await somebody();
    await links.make(operator, person.id);
    const page = await admin.get(`/admin/users/${person.id}/link`);
    expect([page.status, addressOn(page)]).toEqual([200, undefined]);
    expect(page.body).toContain('the operator of the site');
    expect(page.body).not.toContain('/welcome/');
    const maker = await somebody({ roles: ['User', 'Keeper'], name: 'Kay Keeper' });
    await links.make(maker.actor, person.id);
    const { body } = await admin.get(`/admin/users/${person.id}/link`);
    expect(body).toContain('It was made by Kay Keeper and works once');
    expect(body).not.toContain(maker.email);
  });

  it.each(['0', '-1', '1e3', 'x', '99999999999', '2147483647'])('finds nobody by the id %s', async (id) => {
    for (const method of ['GET', 'POST'])
      expect((await admin.send(method, `/admin/users/${id}/link`)).status).toBe(404);
  });

  it('makes none for themselves: at their open session that would do without the current password', async () => {
    const { id } = await users.byEmail(superuser.email);
    const before = await dump(site);
    for (const method of ['GET', 'POST'])
      expect((await admin.send(method, `/admin/users/${id}/link`)).status).toBe(403);
    expect({ ...(await dump(site)), access_state: [] }).toEqual({ ...before, access_state: [] });
  });
});

describe('a keeper of users', () => {
  it('adds whom they are above, and nobody with a role that they lack', async () => {
    const [person] = await keeper();
    const before = await dump(site);
    const page = await person.post('/admin/users/new', { email: 'climber@example.org', roles: 'Admin' });
    expect([page.status, errorBeside(page, 'roles')]).toEqual([422, expect.stringMatching(/You don't hold Admin/)]);
    expect(page.body).toMatch(/value="Admin" checked/);
    expect((await dump(site)).users).toEqual(before.users);
    expect((await person.post('/admin/users/new', { email: 'below@example.org', roles: 'Keeper' })).status).toBe(303);
  });

  it('neither makes nor sees a link to somebody who is above them', async () => {
    const [person] = await keeper();
    const above = await somebody({ roles: ['User', 'Admin'] });
    await linkTo(above);
    const before = await dump(site);
    for (const method of ['GET', 'POST']) {
      const page = await person.send(method, `/admin/users/${above.id}/link`);
      expect(page.status).toBe(403);
      expect(page.body).not.toContain('/welcome/');
    }
    expect({ ...(await dump(site)), access_state: [] }).toEqual({ ...before, access_state: [] });
  });

  it('can not use their link once its person has risen above them', async () => {
    const [, it] = await keeper();
    const fan = await somebody();
    const path = await linkTo(fan, it.actor);
    expect((await follow(site.visitor(), path)).status).toBe(200);
    await grants.give(operator, fan.email, 'Admin');
    await isRefused(path);
    await grants.revoke(operator, fan.email, 'Admin');
    expect((await open(site.visitor(), path)).status).toBe(303);
  });

  it('can not use another’s link, which they saw while its person was below them', async () => {
    const [person] = await keeper();
    const fan = await somebody();
    await admin.post(`/admin/users/${fan.id}/link`);
    const seen = await person.get(`/admin/users/${fan.id}/link`);
    expect([seen.status, addressOn(seen)]).toEqual([200, undefined]);
    expect(seen.body).toContain(superuser.email);
  });

  it('makes links that end with their own authority: role taken, account deactivated or deleted', async () => {
    const ways: ((email: string) => Promise<unknown>)[] = [
      (email) => grants.revoke(operator, email, 'Keeper'),
      (email) => users.deactivate(operator, email),
      (email) => users.delete(operator, email),
    ];
    for (const lose of ways) {
      const [, it] = await keeper();
      const path = await linkTo(await somebody(), it.actor);
      expect((await follow(site.visitor(), path)).status).toBe(200);
      await lose(it.email);
      await isRefused(path);
    }
  });

  it('who rises or falls while the new password is hashed is judged as they stand then', async () => {
    const [, it] = await keeper();
    const path = await linkTo(await somebody(), it.actor);
    const passwords = site.app.get(Passwords);
    const hash = passwords.hash.bind(passwords);
    jest.spyOn(passwords, 'hash').mockImplementationOnce(async (password) => {
      await grants.revoke(operator, it.email, 'Keeper');
      return hash(password);
    });
    const before = (await dump(site)).sessions;
    expect((await open(site.visitor(), path)).status).toBe(410);
    expect((await dump(site)).sessions).toEqual(before);
  });
});

describe('a link', () => {
  it('lets its person set a password, once, and signs them in', async () => {
    const fan = await somebody();
    const path = await linkTo(fan);
    const person = site.visitor();
    const page = await follow(person, path);
    expect([page.status, page.h1]).toEqual([200, 'Set your password']);
    expect(page.body).toContain(fan.email);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(await open(person, path, both, '10.4.0.1')).toMatchObject({ status: 303, location: '/' });
    expect((await person.get('/')).body).toContain('Your password is set');
    expect((await person.get('/account')).body).toContain(fan.email);
    expect((await site.visitor().signIn(fan.email, chosen)).status).toBe(303);
    const [event] = await newestEvents(1);
    expect(event).toMatchObject({ actor: 'visitor', action: 'user.set-password', subject: `user ${fan.id}` });
    expect(event).toMatchObject({ ip: '10.4.0.1', request_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string });
    expect(event!.after).toBe('{"link":"made by operator"}');
    await isRefused(path);
  });

  it('sets a password in place of a forgotten one, and ends every session of its person', async () => {
    const person = await site.user('forgetful@example.org');
    const { id } = await users.byEmail('forgetful@example.org');
    const path = await linkTo({ id });
    expect((await person.get('/account')).status).toBe(200);
    const elsewhere = site.visitor();
    expect((await open(elsewhere, path)).status).toBe(303);
    expect((await person.get('/account')).status).toBe(303);
    expect((await elsewhere.get('/account')).status).toBe(200);
    expect((await site.visitor().signIn('forgetful@example.org', 'a password of a user')).status).toBe(401);
  });

  it('is used by whom it is for also where somebody else is signed in: under a new session, and theirs ends', async () => {
    const other = await site.user();
    const fan = await somebody();
    const path = await linkTo(fan);
    const planted = site.visitor();
    planted.cookie = other.cookie;
    const page = await follow(other, path);
    expect(page.body).toContain('You are signed in here as');
    expect((await open(other, path)).status).toBe(303);
    expect(other.cookie).not.toBe(planted.cookie);
    expect((await other.get('/account')).body).toContain(fan.email);
    expect((await planted.get('/account')).status).toBe(303);
  });

  it('does not sign in somebody who is not active, and tells them who can help', async () => {
    const fan = await somebody({ active: false });
    const person = site.visitor();
    const logged = jest.spyOn(process.stderr, 'write');
    expect(await open(person, await linkTo(fan))).toMatchObject({ status: 303, location: '/welcome' });
    const page = await person.get('/welcome');
    expect(page.body).toContain('An administrator of the site has to activate it');
    expect((await person.get('/account')).status).toBe(303);
    expect(logged).not.toHaveBeenCalled();
    expect((await person.signIn(fan.email, chosen)).status).toBe(401);
    await users.activate(operator, fan.email);
    expect((await person.signIn(fan.email, chosen)).status).toBe(303);
  });

  it('does not sign in somebody who is deactivated at that very moment, and nothing fails of it', async () => {
    const path = await linkTo(await somebody());
    jest.spyOn(site.app.get(Sessions), 'open').mockResolvedValueOnce('refused');
    const logged = jest.spyOn(process.stderr, 'write');
    const person = site.visitor();
    expect(await open(person, path)).toMatchObject({ status: 303, location: '/welcome' });
    expect((await person.get('/account')).status).toBe(303);
    expect(logged).not.toHaveBeenCalled();
  });

  it.each<[string, Record<string, string>, string, RegExp]>([
    ['a short password', { password: 'short', password_confirm: 'short' }, 'password', /at least 8/],
    ['a common password', { password: 'iloveyou1', password_confirm: 'iloveyou1' }, 'password', /most common/],
    [
      'a password that repeats itself',
      { password: 'so so so so', password_confirm: 'so so so so' },
      'password',
      /repeats itself/,
    ],
    ['another repetition', { password_confirm: 'x' }, 'password_confirm', /not the same/],
    ['no password', { password: '', password_confirm: '' }, 'password', /at least 8/],
  ])('rejects %s beside its field, and stays open', async (_, more, field, message) => {
    const fan = await somebody();
    const path = await linkTo(fan);
    const before = await dump(site);
    const page = await open(site.visitor(), path, { ...both, ...more });
    expect([page.status, errorBeside(page, field)]).toEqual([422, expect.stringMatching(message)]);
    expect(page.body).toContain(fan.email);
    expect(page.body).not.toContain(chosen);
    await expectUnchanged(site, before);
    const asIt = { password: fan.email, password_confirm: fan.email };
    expect((await open(site.visitor(), path, asIt)).status).toBe(422);
    expect((await open(site.visitor(), path)).status).toBe(303);
  });

  it('ends after seven days, and is then swept away', async () => {
    const path = await linkTo(await somebody());
    later(7 * DAY - 60_000);
    expect((await follow(site.visitor(), path)).status).toBe(200);
    later(7 * DAY);
    await isRefused(path);
    await site.app.get(Housekeeping).sweep();
    const kept = await site.database.query(`SELECT id FROM password_links WHERE id = '${path.slice(9, 41)}'`);
    expect(kept).toEqual([]);
  });

  it('ends when its person changes their password otherwise, or is deleted', async () => {
    const ways: ((email: string) => Promise<unknown>)[] = [
      (email) => passwordChanges.changePassword(operator, email, { to: 'x' }),
      (email) => users.delete(operator, email),
    ];
    for (const end of ways) {
      const fan = await somebody();
      const path = await linkTo(fan);
      await end(fan.email);
      await isRefused(path);
    }
  });

  it('ends when its person is deactivated, or signed out everywhere', async () => {
    const ways = [
      (email: string) => users.deactivate(operator, email),
      async (email: string) => site.app.get(Sessions).end(operator, (await users.byEmail(email)).id),
    ];
    for (const end of ways) {
      const it = await somebody();
      const path = await linkTo(it);
      await end(it.email);
      await isRefused(path);
    }
  });

  it('is used by one of two at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const fan = await somebody();
      const path = await linkTo(fan);
      const passwords = ['the password of the first', 'the password of the second'];
      const pages = await Promise.all(
        passwords.map((password) => open(site.visitor(), path, { password, password_confirm: password })),
      );
      expect(pages.map(({ status }) => status).sort()).toEqual([303, 410]);
      const winner = passwords[pages.findIndex(({ status }) => status === 303)]!;
      expect((await site.visitor().signIn(fan.email, winner)).status).toBe(303);
    }
  });

  it('that is altered, made up or of another secret is refused before the database is asked', async () => {
    const fan = await somebody();
    const token = (await linkTo(fan)).split('/').at(-1)!;
    const [id = '', mac = ''] = token.split('.');
    const other = await linkTo(await somebody());
    const read = jest.spyOn(site.app.get(Database).read, 'findOne');
    const forged = [
      id,
      `${id}.`,
      `${id}.${'A'.repeat(43)}`,
      `${id}.${mac.slice(0, -1)}`,
      `${id}.${mac}A`,
      `${id.toUpperCase()}.${mac}`,
      `${'0'.repeat(32)}.${mac}`,
      `${id}.${other.split('.').at(-1)}`,
      tokenOf(linkKeys(['another secret'], 'password'), id),
      `${id}.${mac}%00`,
      'x'.repeat(3000),
    ];
    for (const text of forged) await isRefused(`/welcome/${text}`);
    expect(read).not.toHaveBeenCalled();
    const unknown = tokenOf(linkKeys(['the session secret of the tests'], 'password'), 'f'.repeat(32));
    await isRefused(`/welcome/${unknown}`);
    expect((await follow(site.visitor(), `/welcome/${token}`)).status).toBe(200);
  });

  it('can not be made of what the database holds', async () => {
    const token = (await linkTo(await somebody())).split('/').at(-1)!;
    const [id = '', mac = ''] = token.split('.');
    const rows = JSON.stringify(await site.database.query('SELECT * FROM password_links'));
    expect(rows).toContain(id);
    expect(rows).not.toContain(mac);
  });

  it('stays good while its secret verifies, after a newer one has begun to sign', () => {
    const id = 'a'.repeat(32);
    const token = tokenOf(linkKeys(['older'], 'password'), id);
    expect(idIn(linkKeys(['newer', 'older'], 'password'), token)).toBe(id);
    expect(idIn(linkKeys(['newer'], 'password'), token)).toBeNull();
    expect(tokenOf(linkKeys(['newer', 'older'], 'password'), id)).toBe(tokenOf(linkKeys(['newer'], 'password'), id));
  });

  it('says nothing of itself where it failed', async () => {
    const fan = await somebody();
    const path = await linkTo(fan);
    jest.spyOn(links, 'use').mockRejectedValueOnce(new Error('provoked by the test'));
    const logged = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect((await open(site.visitor(), path)).status).toBe(500);
    const text = logged.mock.calls.map(([line]) => String(line)).join('');
    expect(text).toContain('POST /welcome/:token');
    expect(text).not.toContain(path);
  });

  it('costs a network no more hashes than registrations may, and the others nothing', async () => {
    const ip = '10.9.9.9';
    const fan = await somebody();
    for (let i = 0; i < 30; i++) expect((await open(site.visitor(), await linkTo(fan), both, ip)).status).toBe(303);
    const path = await linkTo(fan);
    const hash = jest.spyOn(bcrypt, 'hash');
    const limited = await open(site.visitor(), path, both, ip);
    expect([limited.status, Number(limited.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect(hash).not.toHaveBeenCalled();
    expect((await open(site.visitor(), path)).status).toBe(303);
  });

  it('tells a program in JSON', async () => {
    const page = await site.visitor().get('/welcome/x', { accept: 'application/json' });
    expect(page.json()).toMatchObject({ status: 410, detail: expect.stringMatching(/has ended/) as string });
  });
});
