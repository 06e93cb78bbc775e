import { UserGrants } from '../src/accounts/user-grants.service';
import { UserRenames } from '../src/accounts/user-renames.service';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { Clock } from '../src/config/clock';
import { codeAt, setUpApp } from './support/authenticator';
import { MailServer } from './support/mail-server';
import type { Person } from './support/person';
import { Site, superuser } from './support/site';
import { holder, type Holder } from './support/holder';
import { SoftwarePasskey } from './support/software-passkey';

const password = 'a password of a user';
const APP_URL = 'http://localhost:3000';
const HOUR = 60 * 60_000;
const chosen = { password: 'some other words here', password_confirm: 'some other words here' };

let server: MailServer;
let site: Site;

beforeAll(async () => {
  server = await MailServer.start();
  site = await Site.start({ APP_URL, MAIL_URL: server.url });
});
afterEach(() => jest.restoreAllMocks());
afterAll(async () => {
  await site.stop();
  server.stop();
});

/** Somebody in whose account somebody else has just signed in, which they were told. */
async function somebody(): Promise<Holder & { intruder: Person; notMe: string }> {
  const { id, email, person } = await holder(site, ['User'], { name: 'Henrik', password });
  const intruder = site.visitor();
  await intruder.signIn(email, password);
  return { id, email, person, intruder, notMe: await server.pathTo(email, '/not-me/') };
}

const userOf = async (id: number) => (await site.app.get(UsersService).findById(id))!;

const byPasskey = async (passkey: SoftwarePasskey) => (await passkey.signIn(site.visitor())).status;

async function settingPassword(email: string): Promise<[Person, string | null]> {
  const person = site.visitor();
  await person.get(await server.pathTo(email, '/welcome/'));
  const { location } = await person.post('/welcome/password', chosen);
  return [person, location];
}

async function moved(person: Person, to: string): Promise<void> {
  await person.post('/account/email', { email: to });
  expect((await site.visitor().post(await server.pathTo(to, '/confirm-email/'))).status).toBe(303);
}

describe('Somebody says that it was not them', () => {
  it('by a POST alone: everybody is signed out, and the password signs in nobody until it is set anew', async () => {
    const { id, email, person, intruder, notMe } = await somebody();
    const page = await site.visitor().get(notMe);
    expect([page.status, page.h1]).toEqual([200, 'This wasn’t you?']);
    expect((await intruder.get('/account')).status).toBe(200);
    const answer = await site.visitor().post(notMe);
    expect([answer.status, answer.location]).toEqual([303, '/login']);
    for (const one of [person, intruder]) expect((await one.get('/account')).status).toBe(303);
    expect((await intruder.signIn(email, password)).status).toBe(401);
    expect(await site.database.query(`SELECT * FROM known_browsers WHERE user_id = ${id}`)).toEqual([]);
    const back = site.visitor();
    await back.get(await server.pathTo(email, '/welcome/'));
    const same = await back.post('/welcome/password', { password, password_confirm: password });
    expect([same.status, same.body.includes('Choose another one')]).toEqual([422, true]);
    expect((await back.post('/welcome/password', chosen)).status).toBe(303);
    expect((await back.get('/account/activity')).body).toContain('You told us that it wasn’t you');
    expect((await site.visitor().post(notMe)).status).toBe(410);
  });

  it('which removes second factors, and is told to the administrators', async () => {
    const { id, email, person, notMe } = await somebody();
    await setUpApp(person);
    const path = `/admin/users/${id}`;
    await site.visitor().post(notMe);
    expect((await userOf(id)).factorsVersion).toBeNull();
    expect(await site.database.query(`SELECT * FROM authenticator_apps WHERE user_id = ${id}`)).toEqual([]);
    expect(await site.database.query(`SELECT * FROM recovery_codes WHERE user_id = ${id}`)).toEqual([]);
    const mail = await server.mailTo(superuser.email, 1, path);
    expect(mail.text).not.toContain(email);
    const dashboard = (await (await site.admin()).get('/admin')).body;
    expect(dashboard).toContain('said in the last week that somebody else was in their account');
    expect(dashboard).toContain(email);
  });

  it('which leaves second factors of before to who was given more than everybody has: a mailbox is no way around them', async () => {
    const { id, email, person, notMe } = await somebody();
    const [{ secret }, passkey] = [await setUpApp(person), new SoftwarePasskey(APP_URL)];
    expect((await passkey.addTo(person)).status).toBe(303);
    await site.app.get(UserGrants).give(operator, email, 'Admin');
    const days = 5 * 24 * HOUR;
    await site.database.change(
      `UPDATE authenticator_apps SET confirmed_at = confirmed_at - ${days} WHERE user_id = ${id}`,
    );
    await site.database.change(`UPDATE passkeys SET created_at = created_at - ${days} WHERE user_id = ${id}`);
    expect((await site.visitor().post(notMe)).status).toBe(303);
    expect(await byPasskey(passkey)).toBe(401);
    const [thief, location] = await settingPassword(email);
    expect([location, await thief.isSignedIn()]).toEqual(['/login/two-factor', false]);
    expect((await thief.post('/login/two-factor/remove')).location).toBe('/login');
    expect(await thief.isSignedIn()).toBe(false);
    expect((await thief.post('/login/two-factor', { code: codeAt(secret, 1) })).status).toBe(303);
    expect([await thief.isSignedIn(), await byPasskey(passkey)]).toEqual([true, 303]);
  });

  it('which gives them the address back that whoever was there changed, twice, and never goes to that one', async () => {
    const { id, email, intruder, notMe } = await somebody();
    await moved(intruder, `intruder${id}@example.org`);
    await moved(intruder, `intruder${id}b@example.org`);
    await intruder.post('/account/profile', { name: 'Somebody else' });
    await server.mailTo(`intruder${id}b@example.org`, 3);
    for (const address of [`intruder${id}@example.org`, `intruder${id}b@example.org`])
      expect(server.mailsTo(address, '/not-me/')).toEqual([]);
    const undo = await server.pathTo(`intruder${id}@example.org`, '/undo-email/');
    const recoveries = server.mailsTo(email, '/welcome/').length;
    expect((await site.visitor().post(notMe)).status).toBe(303);
    expect((await userOf(id)).email).toBe(email);
    await server.mailTo(email, recoveries + 1, '/welcome/');
    expect(server.mailsTo(`intruder${id}b@example.org`, '/welcome/')).toEqual([]);
    expect((await site.visitor().post(undo)).status).toBe(410);
    expect((await userOf(id)).email).toBe(email);
  });

  it('within 72 hours, by a link for nobody else’s account and for nothing else', async () => {
    const [one, other] = [await somebody(), await somebody()];
    const token = one.notMe.split('/').at(-1)!;
    const mixed = `${token.split('.')[0]}.${other.notMe.split('.').at(-1)!}`;
    for (const path of [`/not-me/${mixed}`, `/undo-email/${token}`, `/confirm-email/${token}`, `/welcome/${token}`])
      expect([path, (await site.visitor().get(path)).status]).toEqual([path, 410]);
    jest.spyOn(site.app.get(Clock), 'now').mockReturnValue(new Date(Date.now() + 72 * HOUR));
    for (const method of ['GET', 'POST']) expect((await site.visitor().send(method, one.notMe)).status).toBe(410);
    jest.restoreAllMocks();
    expect((await userOf(one.id)).passwordHash).not.toBe('');
  });

  it('not from an address that an administrator took from the account', async () => {
    const { id, email, notMe } = await somebody();
    await site.app.get(UserRenames).rename(operator, email, { email: `kept${id}@example.org` });
    expect((await site.visitor().post(notMe)).status).toBe(410);
    expect((await userOf(id)).email).toBe(`kept${id}@example.org`);
  });

  it('as one of two administrators: theirs is locked', async () => {
    const { id, email, notMe } = await somebody();
    await site.app.get(UserGrants).give(operator, email, 'Admin');
    expect((await site.visitor().post(notMe)).status).toBe(303);
    expect((await userOf(id)).passwordHash).toMatch(/^!/);
  });
});
