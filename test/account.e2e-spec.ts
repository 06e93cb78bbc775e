import bcrypt from 'bcrypt';
import { UserGrants } from '../src/accounts/user-grants.service';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { HashingBusy } from '../src/credentials/hashing-queue';
import { PasswordChanges } from '../src/credentials/password-changes.service';
import { Passwords } from '../src/credentials/passwords';
import { hashOf } from '../src/sessions/session-store';
import { Sessions } from '../src/sessions/sessions.service';
import { dump, expectUnchanged } from './support/dump';
import type { Page, Person } from './support/person';
import { Site } from './support/site';

const old = 'a password of a user';
const next = 'another password of a user';
const formOn = (page: Page) => /name="form" value="([^"]+)"/.exec(page.body)?.[1] ?? '';

describe('the account', () => {
  let site: Site;
  let people = 0;
  const grants = () => site.app.get(UserGrants);
  const passwordChanges = () => site.app.get(PasswordChanges);
  const change = (person: Person, fields: Record<string, string> = {}) =>
    person.post('/account/password', { current_password: old, password: next, password_confirm: next, ...fields });

  beforeAll(async () => {
    site = await Site.start({ TRUST_PROXY: 'loopback' });
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => site.stop());

  const sessionsOf = (email: string) =>
    site.database.query<{ remember: number; created_at: number | string; expires_at: number | string }>(
      `SELECT s.remember, s.created_at, s.expires_at FROM sessions s JOIN users u ON u.id = s.user_id
        WHERE u.email = '${email}'`,
    );

  /** Somebody on a network of their own, with their address. */
  const somebody = async (): Promise<[Person, string]> => {
    const email = `person${++people}@example.org`;
    const person = site.visitor();
    const headers = { 'x-forwarded-for': `10.1.${people}.1` };
    await person.post('/register', { email, password: old, password_confirm: old }, headers);
    await person.get('/');
    return [person, email];
  };

  /**
   * The next change is overtaken by one with the same form, as at a double click. The browser turns away from the answer to
   * that one, and keeps no cookie of it: who is returned has it.
   */
  const changedMeanwhile = (
    person: Person,
    form: Record<string, string>,
    then?: (first: Person) => Promise<unknown>,
  ) => {
    const first = site.visitor();
    first.cookie = person.cookie;
    const passwords = site.app.get(Passwords);
    const hash = passwords.hash.bind(passwords);
    jest.spyOn(passwords, 'hash').mockImplementationOnce(async (typed) => {
      expect((await change(first, form)).status).toBe(303);
      await then?.(first);
      return hash(typed);
    });
    return first;
  };

  it('shows roles and permissions in words, and what was gained at the next click', async () => {
    const [person, email] = await somebody();
    const before = await person.get('/account');
    expect(before.body).toContain('See your own account');
    expect(before.body).not.toContain('Administer the settings of the site');
    await grants().give(operator, email, 'Admin');
    const after = await person.get('/account');
    expect(after.body).toContain('Administer the settings of the site');
    expect(after.body).toContain('href="/admin"');
  });

  it('shows a name as text, whatever it is', async () => {
    const person = site.visitor();
    await person.post(
      '/register',
      {
        email: 'markup@example.org',
        name: '</dd><script>alert(1)</script>{{constructor}}',
        password: old,
        password_confirm: old,
      },
      { 'x-forwarded-for': '10.2.0.1' },
    );
    for (const path of ['/', '/account']) {
      const page = await person.get(path);
      expect(page.status).toBe(200);
      expect(page.body).toContain('&lt;script&gt;alert(1)');
      expect(page.body).not.toContain('<script>');
      expect(page.body).toContain('{{constructor}}');
    }
    const admin = await site.admin();
    expect((await admin.get('/admin')).body).not.toContain('<script>');
  });

  it('takes a new password: it signs in, the old one does not, the other sessions end and this one lives', async () => {
    const [here, email] = await somebody();
    const elsewhere = site.visitor();
    await elsewhere.signIn(email, old);
    expect((await elsewhere.get('/account')).status).toBe(200);
    expect(await change(here)).toMatchObject({ status: 303, location: '/account' });
    expect((await here.get('/account')).body).toContain('Your password is changed.');
    expect((await here.get('/account')).body).not.toContain('Your password is changed.');
    expect((await elsewhere.get('/account')).status).toBe(303);
    expect((await site.visitor().signIn(email, old)).status).toBe(401);
    expect((await site.visitor().signIn(email, next)).status).toBe(303);
  });

  it.each<[string, Record<string, string>]>([
    ['one that ends with the browser', {}],
    ['one that is remembered', { remember: 'yes' }],
  ])(
    'renews the session when the password is changed, so that a copied cookie is dead: %s',
    async (_case, remember) => {
      const [, email] = await somebody();
      const [here, copy] = [site.visitor(), site.visitor()];
      const signedIn = await here.signIn(email, old, remember);
      copy.cookie = here.cookie;
      const changed = await change(here);
      expect(changed).toMatchObject({ status: 303, location: '/account' });
      expect(here.cookie).not.toBe(copy.cookie);
      const attributes = (line = '') =>
        line
          .split('; ')
          .slice(1)
          .map((attribute) => attribute.split('=')[0]);
      expect(attributes(changed.headers.getSetCookie()[0])).toEqual(attributes(signedIn.headers.getSetCookie()[0]));
      expect((await here.get('/account')).body).toContain('Your password is changed.');
      expect((await copy.get('/account')).location).toBe('/login?next=%2Faccount');
      expect((await sessionsOf(email)).map((row) => Boolean(row.remember))).toEqual(['remember' in remember]);
    },
  );

  it('leaves every session as it is when the password is not changed', async () => {
    const [here, email] = await somebody();
    const elsewhere = site.visitor();
    await elsewhere.signIn(email, old);
    const { cookie } = here;
    expect((await change(here, { current_password: 'not this one' })).status).toBe(422);
    expect(here.cookie).toBe(cookie);
    expect((await here.get('/account')).status).toBe(200);
    expect((await elsewhere.get('/account')).status).toBe(200);
  });

  it.each<[string, Record<string, string>, string, RegExp]>([
    ['a wrong current password', { current_password: 'not the password' }, 'current_password', /not your current/],
    ['no current password', { current_password: '' }, 'current_password', /Enter your/],
    ['a short password', { password: 'short', password_confirm: 'short' }, 'password', /at least 8/],
    ['a common password', { password: 'iloveyou1', password_confirm: 'iloveyou1' }, 'password', /most common/],
    [
      'a password that is a sequence',
      { password: 'zyxwvuts', password_confirm: 'zyxwvuts' },
      'password',
      /simple sequence/,
    ],
    ['the current password again', { password: old, password_confirm: old }, 'password', /differs from the current/],
    ['another repetition', { password_confirm: 'x' }, 'password_confirm', /not the same/],
  ])('rejects %s beside its field, and changes nothing', async (_case, fields, field, message) => {
    const [person] = await somebody();
    const before = await dump(site);
    const page = await change(person, fields);
    expect(page.status).toBe(422);
    expect(new RegExp(`id="${field}-error"[^>]*>([^<]*)<`).exec(page.body)?.[1]).toMatch(message);
    expect(page.body).not.toContain(old);
    expect(page.body).not.toContain(next);
    await expectUnchanged(site, before);
    expect((await person.get('/account')).status).toBe(200);
  });

  it('says at once all that is wrong, and limits wrong current passwords as it does other guesses', async () => {
    const [person] = await somebody();
    const wrong = { current_password: 'not the password', password: 'short', password_confirm: 'other' };
    const page = await change(person, wrong);
    const errors = [...page.body.matchAll(/id="(\w+)-error"/g)].map(([, field]) => field);
    expect([page.status, errors]).toEqual([422, ['current_password', 'password', 'password_confirm']]);
    const weak = await change(person, { password: 'iloveyou1', password_confirm: 'x' });
    expect([/most common/, /not the same/].every((error) => error.test(weak.body))).toBe(true);
    for (let i = 0; i < 10; i++) await change(person, wrong);
    const compare = jest.spyOn(bcrypt, 'compare');
    expect((await change(person, wrong)).status).toBe(429);
    expect(compare).not.toHaveBeenCalled();
  });

  it('limits guesses at the current password as it does at the sign-in, before anything is hashed', async () => {
    const [person] = await somebody();
    for (let i = 0; i < 10; i++) expect((await change(person, { current_password: `guess ${i}` })).status).toBe(422);
    const compare = jest.spyOn(bcrypt, 'compare');
    const limited = await change(person);
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(compare).not.toHaveBeenCalled();
  });

  it('answers 503 while too many passwords are checked, and counts no guess that was not tried', async () => {
    const [person] = await somebody();
    const busy = jest.spyOn(site.app.get(Passwords), 'verify').mockRejectedValue(new HashingBusy(7));
    for (let i = 0; i < 11; i++) {
      const page = await change(person);
      expect([page.status, page.headers.get('retry-after')]).toEqual([503, '7']);
    }
    busy.mockRestore();
    expect((await change(person)).status).toBe(303);
  });

  it('does not overwrite a password that was set by somebody else meanwhile', async () => {
    const [person, email] = await somebody();
    const passwords = site.app.get(Passwords);
    const hash = passwords.hash.bind(passwords);
    jest.spyOn(passwords, 'hash').mockImplementationOnce(async (typed) => {
      await passwordChanges().changePassword(operator, email, { to: await hash('set by the operator') });
      return hash(typed);
    });
    const page = await change(person);
    expect(page.status).toBe(422);
    expect((await site.visitor().signIn(email, next)).status).toBe(401);
    expect((await site.visitor().signIn(email, 'set by the operator')).status).toBe(303);
  });

  it.each<[string, boolean, Record<string, string>]>([
    ['that comes after the first, in a session that ends with the browser', false, {}],
    ['that comes after the first, in one that is remembered', false, { remember: 'yes' }],
    ['that comes meanwhile, in a session that ends with the browser', true, {}],
    ['that comes meanwhile, in one that is remembered', true, { remember: 'yes' }],
  ])('a second click on “Change password” signs nobody out: one %s', async (_case, isMeanwhile, remember) => {
    const [, email] = await somebody();
    const person = site.visitor();
    await person.signIn(email, old, remember);
    const form = { form: formOn(await person.get('/account/password')) };
    if (isMeanwhile) changedMeanwhile(person, form);
    else expect((await change(person, form)).status).toBe(303);
    const second = await change(person, form);
    expect(second).toMatchObject({ status: 303, location: '/account' });
    expect(second.headers.getSetCookie().some((line) => /^mfo=.*expires=/i.test(line))).toBe('remember' in remember);
    const page = await person.get('/account');
    expect([page.status, page.body]).toEqual([200, expect.stringContaining('Your password was already changed')]);
    expect((await site.visitor().signIn(email, next)).status).toBe(303);
  });

  it.each<[string, (first: Person, id: number) => Promise<unknown>]>([
    ['they sign out', (first) => first.post('/logout')],
    ['the operator ends their sessions', (_first, id) => site.app.get(Sessions).end(operator, id)],
  ])('a second click on “Change password” opens no session where %s between the two', async (_case, end) => {
    const [, email] = await somebody();
    const person = site.visitor();
    await person.signIn(email, old, { remember: 'yes' });
    const { id } = await site.app.get(UsersService).byEmail(email);
    const first = changedMeanwhile(person, { form: formOn(await person.get('/account/password')) }, () =>
      end(first, id),
    );
    const second = await change(person);
    expect(second).toMatchObject({ status: 303, location: '/login' });
    expect(await sessionsOf(email)).toEqual([]);
    expect((await person.get('/account')).location).toBe('/login?next=%2Faccount');
    expect((await site.visitor().signIn(email, next)).status).toBe(303);
  });

  it('a session that goes on from another ends with it, also where it is opened at the same moment', async () => {
    const sessions = site.app.get(Sessions);
    const [, email] = await somebody();
    const { id: userId, passwordHash: verifiedHash } = await site.app.get(UsersService).byEmail(email);
    const common = { userId, data: '{}', remember: false, ip: null, agent: null };
    for (let round = 0; round < 40; round++) {
      const createdAt = Date.now() - 1000 * round;
      const row = { ...common, createdAt, seenAt: createdAt, provedAt: createdAt, expiresAt: createdAt + 3_600_000 };
      const [from, ...next] = ['from', 'next', 'last'].map((name) => hashOf(`${name} ${round}`));
      await sessions.open({ ...row, id: from! }, { verifiedHash, factors: null });
      const end = () =>
        round % 2
          ? sessions.signOut({ id: from!, userId, createdAt })
          : sessions.end({ kind: 'user', id: userId, ip: '', requestId: 'r' }, userId);
      const opened = next.map((id) => sessions.open({ ...row, id }, { verifiedHash, goesOnFrom: createdAt }));
      await Promise.all([end(), ...opened]);
      expect((await sessionsOf(email)).filter(({ created_at }) => Number(created_at) === createdAt)).toEqual([]);
    }
  });

  it('a second click on “Change password” opens a session that is as old as the first, and ends with it', async () => {
    const [person, email] = await somebody();
    const before = await sessionsOf(email);
    const first = changedMeanwhile(person, { form: formOn(await person.get('/account/password')) });
    expect(await change(person)).toMatchObject({ status: 303, location: '/account' });
    expect(await sessionsOf(email)).toEqual([...before, ...before]);
    for (const each of [person, first]) expect((await each.get('/account')).status).toBe(200);
    const { lastSignInAt } = await site.app.get(UsersService).byEmail(email);
    expect(lastSignInAt!.getTime()).toBeGreaterThan(Number(before[0]!.created_at));
    await first.post('/logout');
    expect(await sessionsOf(email)).toEqual([]);
    expect((await person.get('/account')).location).toBe('/login?next=%2Faccount');
  });

  it('says nothing about a new password, also where it is the current one, before the current one is proved', async () => {
    const [person] = await somebody();
    const { cookie } = person;
    const form = formOn(await person.get('/account/password'));
    const answers: Page[] = [];
    for (const password of [old, next])
      answers.push(
        await change(person, { current_password: 'a wrong one', password, password_confirm: password, form }),
      );
    expect(answers.map(({ status }) => status)).toEqual([422, 422]);
    expect(answers[0]!.body).toBe(answers[1]!.body);
    expect(person.cookie).toBe(cookie);
  });

  it('takes a form once: what is sent with it again is not looked at', async () => {
    const [person, email] = await somebody();
    const form = formOn(await person.get('/account/password'));
    expect((await change(person, { form })).status).toBe(303);
    const before = await dump(site);
    const again = { current_password: next, password: 'a third password of a user', form };
    const answer = await change(person, { ...again, password_confirm: again.password });
    expect(answer).toMatchObject({ status: 303, location: '/account' });
    expect({ ...(await dump(site)), sessions: [] }).toEqual({ ...before, sessions: [] });
    expect((await person.get('/account')).body).toContain('Your password was already changed with this form.');
    expect((await site.visitor().signIn(email, next)).status).toBe(303);
    expect(formOn(await person.get('/account/password'))).not.toBe(form);
  });

  it('is changed also by a form whose id another form of the session had', async () => {
    const [, email] = await somebody();
    const person = site.visitor();
    const form = { form: 'the id of two forms' };
    await person.signIn(email, old, form);
    expect(await change(person, form)).toMatchObject({ status: 303, location: '/account' });
    expect((await person.get('/account')).body).toContain('Your password is changed.');
    expect((await site.visitor().signIn(email, next)).status).toBe(303);
  });

  it('is left by POST only', async () => {
    const [person] = await somebody();
    expect((await person.get('/logout')).status).toBe(404);
    expect((await person.get('/account')).status).toBe(200);
    expect(await person.post('/logout')).toMatchObject({ status: 303, location: '/' });
    expect((await person.get('/account')).status).toBe(303);
  });
});
