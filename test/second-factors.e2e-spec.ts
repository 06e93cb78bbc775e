import { UserGrants } from '../src/accounts/user-grants.service';
import { UserRenames } from '../src/accounts/user-renames.service';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { Housekeeping } from '../src/database/housekeeping';
import { RolesService } from '../src/roles/roles.service';
import { Sessions } from '../src/sessions/sessions.service';
import { appOwner, enter, halfwayIn as halfway, lastEventsOf, password } from './support/app-owner';
import { recoveryCodesOn, secretOn, setUpApp } from './support/authenticator';
import { dump } from './support/dump';
import { holder } from './support/holder';
import { Site } from './support/site';
import { StillClock } from './support/still-clock';

let site: Site;

beforeAll(async () => {
  site = await Site.start({ TRUST_PROXY: 'loopback' });
});
afterAll(() => site.stop());

const clock = new StillClock(() => site);
const { codeOf } = clock;

const somebody = () => holder(site, ['User'], { password });
const owner = () => appOwner(site, codeOf);
const halfwayIn = (email: string, more?: Record<string, string>) => halfway(site, email, more);

describe('Setting up an authenticator app', () => {
  it('shows another secret once the password was changed: whoever saw the first knows no code', async () => {
    const { person } = await somebody();
    const secret = secretOn(await person.get('/account/two-factor'));
    expect(secretOn(await person.get('/account/two-factor'))).toBe(secret);
    await person.post('/account/password', {
      password: 'three unrelated words',
      password_confirm: 'three unrelated words',
    });
    expect(secretOn(await person.get('/account/two-factor'))).not.toBe(secret);
  });

  it('shows the secret as text and as a picture until its first code is given', async () => {
    const { person } = await somebody();
    const page = await person.get('/account/two-factor');
    expect(secretOn(page)).toMatch(/^[A-Z2-7]{32}$/);
    expect(page.body).toMatch(/<svg [^>]*aria-label="QR code/);
    expect(page.headers.get('cache-control')).toBe('no-store, no-transform');
    expect(secretOn(await person.get('/account/two-factor'))).toBe(secretOn(page));
    await setUpApp(person, codeOf);
    const after = await person.get('/account/two-factor');
    expect(after.body).not.toContain('totp-secret');
    expect(after.body).not.toContain(secretOn(page));
  });

  it('gives ten recovery codes, once', async () => {
    const { recoveryCodes, person } = await owner();
    expect(new Set(recoveryCodes).size).toBe(10);
    for (const code of recoveryCodes) expect(code).toMatch(/^[a-z0-9]{12}$/);
    const again = await person.get('/account/two-factor');
    expect(recoveryCodesOn(again)).toEqual([]);
    expect(again.body).toContain('You have 10 left.');
  });

  it.each(['', 'abcdef', '12345', '000000 000000'])(
    'refuses %j beside the field, and counts for nothing yet',
    async (code) => {
      const { email, person } = await somebody();
      const secret = secretOn(await person.get('/account/two-factor'));
      const page = await person.post('/account/two-factor', { code });
      expect(page.status).toBe(422);
      expect(page.body).toContain('id="code-error"');
      expect(secretOn(page)).toBe(secret);
      expect(await site.visitor().signIn(email, password)).toMatchObject({ status: 303, location: '/' });
    },
  );

  it('refuses a wrong code, one that is too old, and one of another secret', async () => {
    const { person } = await somebody();
    const secret = secretOn(await person.get('/account/two-factor'));
    const wrong = [codeOf(secret, -3), codeOf(secret, 3), codeOf('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ')];
    for (const code of wrong) expect((await person.post('/account/two-factor', { code })).status).toBe(422);
  });

  it('is begun anew after an hour, and when they are signed out everywhere', async () => {
    const { email, person, id } = await somebody();
    const secret = secretOn(await person.get('/account/two-factor'));
    const { now } = clock;
    clock.goOn(61 * 60_000);
    await person.post('/verify', { password });
    expect((await person.post('/account/two-factor', { code: codeOf(secret) })).status).toBe(422);
    const next = secretOn(await person.get('/account/two-factor'));
    expect(next).not.toBe(secret);
    clock.stopAt(now);
    await site.app.get(Sessions).end(operator, id);
    await person.signIn(email, password);
    expect(secretOn(await person.get('/account/two-factor'))).not.toBe(next);
  });

  it('is forgotten by the housekeeping where it was left', async () => {
    const { person } = await somebody();
    await person.get('/account/two-factor');
    clock.goOn(61 * 60_000);
    await site.app.get(Housekeeping).sweep();
    expect(await site.database.query('SELECT 1 FROM authenticator_apps WHERE confirmed_at IS NULL')).toEqual([]);
  });

  it('keeps this session under a new id, ends the others, and is recorded', async () => {
    const { email, person } = await somebody();
    const elsewhere = site.visitor();
    await elsewhere.signIn(email, password);
    const { cookie } = person;
    await setUpApp(person, codeOf);
    expect(await person.isSignedIn()).toBe(true);
    for (const stale of [elsewhere, Object.assign(site.visitor(), { cookie })])
      expect(await stale.isSignedIn()).toBe(false);
    const { id } = await site.app.get(UsersService).byEmail(email);
    const [event] = await lastEventsOf(site, id);
    expect(event).toEqual({ actor: `user ${id}`, action: 'user.set-up-app' });
  });

  it('of two apps at the same moment one is set up', async () => {
    const { person } = await somebody();
    const secret = secretOn(await person.get('/account/two-factor'));
    const twice = [-1, 0].map((step) => person.post('/account/two-factor', { code: codeOf(secret, step) }));
    const locations = (await Promise.all(twice)).map(({ location }) => location);
    expect(locations.filter((location) => location === '/account/two-factor')).toHaveLength(1);
  });
});

describe('Second factors are removed', () => {
  it('by their owner: from then on the password alone signs in, and the codes count no more', async () => {
    const it = await owner();
    const elsewhere = await halfwayIn(it.email);
    await enter(elsewhere, codeOf(it.secret));
    expect(await it.person.post('/account/two-factor/remove')).toMatchObject({ status: 303 });
    expect(await it.person.isSignedIn()).toBe(true);
    expect(await elsewhere.isSignedIn()).toBe(false);
    expect(await site.visitor().signIn(it.email, password)).toMatchObject({ status: 303, location: '/' });
    const [event] = await lastEventsOf(site, it.id);
    expect(event).toEqual({ actor: `user ${it.id}`, action: 'user.remove-app' });
    expect(await site.database.query(`SELECT 1 FROM recovery_codes WHERE user_id = ${it.id}`)).toEqual([]);
    expect((await it.person.post('/account/two-factor/remove')).status).toBe(409);
    expect((await it.person.post('/account/recovery-codes')).status).toBe(409);
  });

  it('recovery codes by new ones, which are shown once', async () => {
    const it = await owner();
    expect(await it.person.post('/account/recovery-codes')).toMatchObject({ status: 303 });
    const codes = recoveryCodesOn(await it.person.get('/account/two-factor'));
    expect(codes).toHaveLength(10);
    expect(codes).not.toContain(it.recoveryCodes[0]);
    expect((await enter(await halfwayIn(it.email), it.recoveryCodes[0]!)).status).toBe(401);
    expect((await enter(await halfwayIn(it.email), codes[0]!)).status).toBe(303);
  });

  it('by an administrator, who is sure, and by nobody who holds less; their sessions end', async () => {
    const it = await owner();
    const path = `/admin/users/${it.id}/second-factors/reset`;
    const admin = await site.admin();
    expect((await admin.get(`/admin/users/${it.id}`)).body).toContain('Recovery codes left: 10');
    expect((await admin.get(path)).status).toBe(200);
    expect((await admin.post(path)).status).toBe(422);
    expect((await it.person.post(path, { sure: 'yes' })).status).toBe(403);
    expect(await it.person.isSignedIn()).toBe(true);
    await site.app.get(UserRenames).rename(operator, it.email, { name: 'Olive Owner' });
    expect(await admin.post(path, { sure: 'yes' })).toMatchObject({ status: 303, location: `/admin/users/${it.id}` });
    const told = 'Olive Owner has no second factor any more, and is signed out everywhere.';
    expect((await admin.get(`/admin/users/${it.id}`)).body).toContain(told);
    expect(await it.person.isSignedIn()).toBe(false);
    expect(await site.visitor().signIn(it.email, password)).toMatchObject({ location: '/' });
    const [event] = await lastEventsOf(site, it.id);
    expect(event!.action).toBe('user.reset-factors');
    expect((await admin.post(path, { sure: 'yes' })).status).toBe(422);
  });

  it('of nobody by somebody who holds less than they do', async () => {
    const [boss, keeper] = [await owner(), await somebody()];
    await site.app.get(UserGrants).give(operator, boss.email, 'Admin');
    await site.app.get(RolesService).create(operator, {
      name: 'Keeper',
      description: '',
      permissions: ['admin-read', 'admin-write', 'users-read', 'users-write'],
    });
    await site.app.get(UserGrants).give(operator, keeper.email, 'Keeper');
    const page = await keeper.person.post(`/admin/users/${boss.id}/second-factors/reset`, { sure: 'yes' });
    expect(page.status).toBe(403);
    await halfwayIn(boss.email);
  });

  it('with the account, and stay while somebody is deactivated', async () => {
    const it = await owner();
    const users = site.app.get(UsersService);
    await users.deactivate(operator, it.email);
    await users.activate(operator, it.email);
    await halfwayIn(it.email);
    await users.delete(operator, it.email);
    for (const table of ['authenticator_apps', 'recovery_codes'])
      expect(await site.database.query(`SELECT 1 FROM ${table} WHERE user_id = ${it.id}`)).toEqual([]);
  });
});

describe('What is stored', () => {
  it('has no secret and no recovery code in it', async () => {
    const it = await owner();
    await enter(await halfwayIn(it.email), it.recoveryCodes[0]!);
    const everything = JSON.stringify(await dump(site));
    for (const secret of [it.secret, ...it.recoveryCodes]) expect(everything).not.toContain(secret);
  });

  it('can’t be moved to another account', async () => {
    const [thief, victim] = [await owner(), await owner()];
    await site.database.change(
      `UPDATE authenticator_apps SET last_step = 0, secret = (SELECT s FROM (SELECT secret AS s FROM authenticator_apps WHERE user_id = ${thief.id}) x) WHERE user_id = ${victim.id}`,
    );
    const page = await enter(await halfwayIn(victim.email), codeOf(thief.secret));
    expect(page.status).toBe(503);
    expect(page.body).toContain('ENCRYPTION_KEY');
  });
});
