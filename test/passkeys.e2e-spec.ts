import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { Clock } from '../src/config/clock';
import { Housekeeping } from '../src/database/housekeeping';
import { recoveryCodesOn } from './support/authenticator';
import type { Page, Person } from './support/person';
import { Site } from './support/site';
import { passkeyOptionsOf, SoftwarePasskey, type PasskeyOptions } from './support/software-passkey';
import { holder } from './support/holder';

const APP_URL = 'http://localhost:3000';
const password = 'a password of a user';
let site: Site;

beforeAll(async () => {
  site = await Site.start({ APP_URL });
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => site.stop());

const somebody = () => holder(site, ['User'], { password });

/** Somebody with a passkey, signed in. */
async function owner() {
  const it = await somebody();
  const passkey = new SoftwarePasskey(APP_URL);
  const page = await passkey.addTo(it.person);
  expect(page).toMatchObject({ status: 303, location: '/account/passkeys' });
  return { ...it, passkey };
}

async function signIn(
  passkey: SoftwarePasskey,
  more: Partial<Parameters<SoftwarePasskey['answer']>[0]> = {},
  person = site.visitor(),
): Promise<[Page, Person, string]> {
  const { challenge } = await passkeyOptionsOf(person, '/login/passkey/options');
  const credential = passkey.answer({ challenge, ...more });
  return [await person.post('/login/passkey', { credential, next: '/account' }), person, credential];
}

describe('A passkey is added', () => {
  it('under a name, for the host of APP_URL, and with it come recovery codes, once', async () => {
    const { person } = await somebody();
    const passkey = new SoftwarePasskey(APP_URL);
    const options = await passkeyOptionsOf(person, '/account/passkeys/options');
    expect(options.rp.id).toBe('localhost');
    const page = await person.post('/account/passkeys', { name: 'My <phone>', credential: passkey.made(options) });
    expect(page.status).toBe(303);
    const shown = await person.get('/account/passkeys');
    expect(shown.body).toContain('My &lt;phone&gt;');
    expect(recoveryCodesOn(shown)).toHaveLength(10);
    expect((await new SoftwarePasskey(APP_URL).addTo(person, 'Laptop')).status).toBe(303);
    const again = await person.get('/account/passkeys');
    expect(recoveryCodesOn(again)).toEqual([]);
    expect(again.body).toContain('Laptop');
  });

  it.each<[string, (passkey: SoftwarePasskey, options: PasskeyOptions) => string]>([
    ['of another origin', (passkey, options) => passkey.made(options, { origin: 'https://evil.example' })],
    ['of another host', (_, options) => new SoftwarePasskey(APP_URL, 'evil.example').made(options)],
    ['of another challenge', (passkey, options) => passkey.made({ ...options, challenge: 'bWFkZSB1cA' })],
    ['whose device asked nobody for anything', (passkey, options) => passkey.made(options, { flags: 0x01 })],
    ['that is none', () => '{}'],
    ['that is no JSON', () => 'x'],
  ])('not where it is one %s', async (_what, credentialOf) => {
    const { person, email } = await somebody();
    const options = await passkeyOptionsOf(person, '/account/passkeys/options');
    const credential = credentialOf(new SoftwarePasskey(APP_URL), options);
    expect((await person.post('/account/passkeys', { name: 'x', credential })).status).toBe(422);
    expect(await site.visitor().signIn(email, password)).toMatchObject({ location: '/' });
  });

  it('once, and to nobody else', async () => {
    const [{ person, passkey }, other] = [await owner(), await somebody()];
    expect((await passkey.addTo(person)).status).toBe(422);
    expect((await passkey.addTo(other.person)).status).toBe(422);
    const options = await passkeyOptionsOf(person, '/account/passkeys/options');
    const { cookie } = person;
    const [flow = ''] = /mfo-flow=[^;]*/.exec(cookie) ?? [];
    other.person.cookie = `${/mfo=[^;]*/.exec(other.person.cookie)![0]}; ${flow}`;
    const credential = new SoftwarePasskey(APP_URL).made(options);
    expect((await other.person.post('/account/passkeys', { name: 'x', credential })).status).toBe(422);
  });
});

describe('Somebody with a passkey', () => {
  it('signs in without a password, and goes on to where they wanted to', async () => {
    const { id, passkey } = await owner();
    const [page, person] = await signIn(passkey);
    expect(page).toMatchObject({ status: 303, location: '/account' });
    expect(await person.isSignedIn()).toBe(true);
    expect((await person.get('/account')).body).toContain('with a passkey');
    const [row] = await site.database.query<{ last_used_at: number }>(
      `SELECT last_used_at FROM passkeys WHERE user_id = ${id}`,
    );
    expect(Number(row!.last_used_at)).toBeGreaterThan(0);
  });

  it('signs in with their password and then the passkey, or a recovery code', async () => {
    const { email, person, passkey } = await owner();
    const codes = recoveryCodesOn(await person.get('/account/passkeys'));
    const [one, other] = [site.visitor(), site.visitor()];
    for (const each of [one, other])
      expect(await each.signIn(email, password, { next: '/account?x=1' })).toMatchObject({
        location: '/login/two-factor',
      });
    const { challenge } = await passkeyOptionsOf(one, '/login/passkey/options');
    expect((await one.get('/login/two-factor')).status).toBe(200);
    const credential = passkey.answer({ challenge });
    expect(await one.post('/login/passkey', { credential })).toMatchObject({ status: 303, location: '/account?x=1' });
    expect((await other.post('/login/two-factor', { code: codes[0]! })).status).toBe(303);
  });

  it('is not somebody else: after one’s password another’s passkey opens nothing', async () => {
    const [one, other] = [await owner(), await owner()];
    const person = site.visitor();
    await person.signIn(one.email, password);
    const [page] = await signIn(other.passkey, {}, person);
    expect(page.status).toBe(401);
    expect(await person.isSignedIn()).toBe(false);
  });

  it.each<[string, Partial<Parameters<SoftwarePasskey['answer']>[0]>]>([
    ['of another origin', { origin: 'https://evil.example' }],
    ['to another challenge', { challenge: 'bWFkZSB1cA' }],
    ['without asking for a finger or a PIN', { flags: 0x01 }],
    ['for another account', { userHandle: 'bWFkZSB1cA' }],
  ])('is refused with an answer %s, in the same words as for an unknown passkey', async (_what, more) => {
    const { passkey } = await owner();
    const [page, person] = await signIn(passkey, more);
    const [unknown] = await signIn(new SoftwarePasskey(APP_URL));
    expect(page.status).toBe(401);
    expect(await person.isSignedIn()).toBe(false);
    const words = ({ body }: Page) => body.replace(/name="form" value="[^"]*"/, '');
    expect(words(page)).toBe(words(unknown));
  });

  it('is refused where the passkey counts less than before: there is a copy of it', async () => {
    const { passkey } = await owner();
    expect((await signIn(passkey, { counter: 7 }))[0].status).toBe(303);
    for (const counter of [7, 6, 0]) expect((await signIn(passkey, { counter }))[0].status).toBe(401);
    expect((await signIn(passkey, { counter: 8 }))[0].status).toBe(303);
  });

  it('answers a challenge once, also where both answers come at the same moment', async () => {
    const { passkey } = await owner();
    const [page, , credential] = await signIn(passkey, { counter: 0 });
    expect(page.status).toBe(303);
    const person = site.visitor();
    const { challenge } = await passkeyOptionsOf(person, '/login/passkey/options');
    const again = passkey.answer({ challenge, counter: 0 });
    const { cookie } = person;
    const twice = [1, 2].map(async () => {
      const each = Object.assign(site.visitor(), { cookie });
      return (await each.post('/login/passkey', { credential: again })).status;
    });
    expect((await Promise.all(twice)).sort()).toEqual([303, 401]);
    expect((await Object.assign(site.visitor(), { cookie }).post('/login/passkey', { credential })).status).toBe(401);
  });

  it('is refused without the cookie of the challenge, and once it has expired', async () => {
    const { passkey } = await owner();
    const person = site.visitor();
    const { challenge } = await passkeyOptionsOf(person, '/login/passkey/options');
    const credential = passkey.answer({ challenge });
    expect((await site.visitor().post('/login/passkey', { credential })).status).toBe(401);
    const later = new Date(Date.now() + 11 * 60_000);
    jest.spyOn(site.app.get(Clock), 'now').mockImplementation(() => later);
    expect((await person.post('/login/passkey', { credential })).status).toBe(401);
  });

  it('is refused once they are deactivated, or the passkey is removed', async () => {
    const [one, other] = [await owner(), await owner()];
    await site.app.get(UsersService).deactivate(operator, one.email);
    const [page, person] = await signIn(one.passkey);
    expect(page.status).toBe(401);
    expect(await person.isSignedIn()).toBe(false);
    const [, id = ''] = /passkeys\/(\d+)\/remove/.exec((await other.person.get('/account/passkeys')).body) ?? [];
    expect((await one.person.post(`/account/passkeys/${id}/remove`)).status).toBe(303);
    const stranger = await somebody();
    expect((await stranger.person.post(`/account/passkeys/${id}/remove`)).status).toBe(404);
    expect((await signIn(other.passkey))[0].status).toBe(303);
    expect((await other.person.post(`/account/passkeys/${id}/remove`)).status).toBe(303);
    expect((await signIn(other.passkey))[0].status).toBe(401);
    expect(await site.visitor().signIn(other.email, password)).toMatchObject({ location: '/' });
  });
});

describe('A fresh proof', () => {
  it('is a passkey of one’s own', async () => {
    const [one, other] = [await owner(), await owner()];
    const later = new Date(Date.now() + 16 * 60_000);
    jest.spyOn(site.app.get(Clock), 'now').mockImplementation(() => later);
    expect((await one.person.get('/account/passkeys')).location).toMatch(/^\/verify/);
    const prove = async (passkey: SoftwarePasskey) => {
      const { challenge } = await passkeyOptionsOf(one.person, '/verify/passkey/options');
      const credential = passkey.answer({ challenge });
      return one.person.post('/verify/passkey', { credential, next: '/account/passkeys' });
    };
    expect((await prove(other.passkey)).status).toBe(401);
    expect(await prove(one.passkey)).toMatchObject({ status: 303, location: '/account/passkeys' });
    expect((await one.person.get('/account/passkeys')).status).toBe(200);
  });
});

it('Used challenges are swept away once no cookie could bring them back', async () => {
  await signIn((await owner()).passkey);
  const count = () => site.database.query('SELECT hash FROM used_challenges');
  await site.app.get(Housekeeping).sweep();
  expect((await count()).length).toBeGreaterThan(0);
  const later = new Date(Date.now() + 3 * 60 * 60_000);
  jest.spyOn(site.app.get(Clock), 'now').mockImplementation(() => later);
  await site.app.get(Housekeeping).sweep();
  expect(await count()).toEqual([]);
});
