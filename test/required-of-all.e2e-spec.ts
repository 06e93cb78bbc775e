import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { PasswordLinks } from '../src/credentials/password-links.service';
import { SecondFactors } from '../src/factors/second-factors.service';
import { setUpApp } from './support/authenticator';
import { isLed } from './support/second-factor';
import { Site } from './support/site';
import { SoftwarePasskey } from './support/software-passkey';

const json = { accept: 'application/json' };
const APP_URL = 'http://localhost:3000';
const password = 'a password of a user';
let site: Site;

describe('Where REQUIRE_SECOND_FACTOR is all', () => {
  beforeAll(async () => {
    site = await Site.start({ REQUIRE_SECOND_FACTOR: 'all', APP_URL });
  });
  afterAll(() => site.stop());

  it('visitors look and register, and from then on nothing opens but setting one up and signing out', async () => {
    const visitor = site.visitor();
    for (const path of ['/', '/login', '/register', '/forgot-password', '/health/live'])
      expect([path, (await visitor.get(path)).status]).toEqual([path, 200]);
    const person = site.visitor();
    expect(await person.register('walker@example.org', password)).toMatchObject({ status: 303, location: '/' });
    for (const path of [
      '/',
      '/account',
      '/account/password',
      '/account/email',
      '/account/activity',
      '/account/profile',
    ])
      expect([path, await isLed(person, path)]).toEqual([path, true]);
    expect((await person.get('/admin')).status).toBe(403);
    const problem = await person.get('/account', json);
    expect([problem.status, problem.headers.get('content-type')]).toEqual([
      403,
      expect.stringContaining('application/problem+json'),
    ]);
    expect((await person.post('/account/profile', { name: 'Walker' })).location).toBe('/account/two-factor');
    expect((await site.app.get(UsersService).byEmail('walker@example.org')).name).toBe('');
    expect(await person.post('/logout')).toMatchObject({ status: 303, location: '/' });
    expect((await person.get('/')).status).toBe(200);
  });

  it('they go on once an app is set up, are asked for it at the next sign-in, and are led again without it', async () => {
    const person = await site.user('app@example.org', password);
    const { recoveryCodes } = await setUpApp(person);
    expect(recoveryCodes).toHaveLength(10);
    for (const path of ['/', '/account', '/account/password'])
      expect([path, (await person.get(path)).status]).toEqual([path, 200]);
    await person.post('/logout');
    expect((await person.signIn('app@example.org', password)).location).toBe('/login/two-factor');
    expect((await person.get('/account')).location).toBe('/login?next=%2Faccount');
    expect((await person.post('/login/two-factor', { code: recoveryCodes[0]! })).location).toBe('/');
    expect((await person.get('/account')).status).toBe(200);
    await person.post('/account/two-factor/remove');
    expect(await isLed(person, '/account')).toBe(true);
  });

  it('a passkey is enough', async () => {
    const person = await site.user('key@example.org', password);
    expect((await new SoftwarePasskey(APP_URL).addTo(person)).status).toBe(303);
    for (const path of ['/', '/account']) expect([path, (await person.get(path)).status]).toEqual([path, 200]);
  });

  it('so is the superuser, and whoever sets their password by a link', async () => {
    const admin = await site.admin();
    expect([await isLed(admin, '/admin'), await isLed(admin, '/')]).toEqual([true, true]);
    await setUpApp(admin);
    expect((await admin.get('/admin')).status).toBe(200);
    const user = { email: 'invited@example.org', name: '', active: true, roles: ['User'] };
    const { link } = await site.app.get(PasswordLinks).invite(operator, user);
    const invited = site.visitor();
    const chosen = { password, password_confirm: password };
    expect((await invited.post(new URL(link.address).pathname, chosen)).status).toBe(303);
    expect(await isLed(invited, '/account')).toBe(true);
  });

  it('whose second factors an administrator resets is led to new ones at the next sign-in', async () => {
    const person = await site.user('late@example.org', password);
    await setUpApp(person);
    const elsewhere = site.visitor();
    await elsewhere.signIn('late@example.org', password);
    expect((await elsewhere.get('/account')).status).toBe(303);
    const { id } = await site.app.get(UsersService).byEmail('late@example.org');
    await site.app.get(SecondFactors).reset(operator, id);
    expect((await person.get('/account')).location).toBe('/login?next=%2Faccount');
    await person.signIn('late@example.org', password);
    expect(await isLed(person, '/account')).toBe(true);
  });
});
