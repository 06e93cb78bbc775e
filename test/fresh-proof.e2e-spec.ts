import { Controller, Get, Post } from '@nestjs/common';
import { Authenticated, Fresh, Permissions } from '../src/access/decorators';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { PasswordChanges } from '../src/credentials/password-changes.service';
import { Passwords } from '../src/credentials/passwords';
import { Clock } from '../src/config/clock';
import { Database } from '../src/database/database';
import { Session } from '../src/sessions/session.entity';
import { Sessions } from '../src/sessions/sessions.service';
import type { Page, Person } from './support/person';
import { Site } from './support/site';

@Controller('vault')
@Authenticated()
@Fresh()
class Vault {
  @Get()
  open() {
    return 'the vault is open';
  }

  @Post()
  put() {
    return 'put into the vault';
  }

  @Get('audited')
  @Permissions('audit-read')
  audited() {
    return 'audited';
  }
}

const password = 'a password of a user';
const QUARTER = 15 * 60_000;

describe('a fresh proof', () => {
  let site: Site;
  let count = 0;
  let shift: number;

  beforeAll(async () => {
    site = await Site.start({}, [Vault]);
    jest.spyOn(site.app.get(Clock), 'now').mockImplementation(() => new Date(Date.now() + shift));
  });
  beforeEach(() => (shift = 0));
  afterAll(() => site.stop());

  const later = (milliseconds: number) => (shift += milliseconds);
  const someone = async (): Promise<[Person, string]> => {
    const email = `fresh${++count}@example.org`;
    return [await site.user(email), email];
  };
  const stale = async (): Promise<[Person, string]> => {
    const one = await someone();
    later(QUARTER);
    return one;
  };
  const sessionsOf = async (email: string) => {
    const { id } = await site.app.get(UsersService).byEmail(email);
    return site.app.get(Database).read.findBy(Session, { userId: id });
  };
  const hidden = (page: Page, name: string) =>
    [...page.body.matchAll(new RegExp(`<input type="hidden" name="${name}" value="([^"]*)">`, 'g'))].map(
      ([, value]) => value,
    );

  it('is had by who has just signed in or registered, and for a quarter of an hour', async () => {
    const [person, email] = await someone();
    expect((await person.get('/vault')).body).toBe('the vault is open');
    later(QUARTER - 5000);
    expect((await person.get('/vault')).status).toBe(200);
    later(5000);
    expect((await person.get('/vault')).location).toBe('/verify?next=%2Fvault');
    const again = site.visitor();
    await again.signIn(email, password);
    expect((await again.get('/vault')).status).toBe(200);
  });

  it('is not made by use of the session, nor by the passing of other pages', async () => {
    const [person] = await someone();
    for (let minutes = 0; minutes < 16; minutes += 4) {
      expect((await person.get('/account')).status).toBe(200);
      later(4 * 60_000);
    }
    expect((await person.get('/vault')).status).toBe(303);
  });

  it('is asked for, and leads back to the page with its query', async () => {
    const [person] = await stale();
    const asked = await person.get('/vault?a=1&b=%C3%A9');
    expect([asked.status, asked.location]).toEqual([303, '/verify?next=%2Fvault%3Fa%3D1%26b%3D%25C3%25A9']);
    const page = await person.get(asked.location!);
    expect([page.status, page.h1]).toEqual([200, 'Confirm that it is you']);
    const [next = ''] = hidden(page, 'next');
    const typed = next.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=');
    const done = await person.post('/verify', { password, next: typed });
    expect([done.status, done.location]).toEqual([303, '/vault?a=1&b=%C3%A9']);
    expect((await person.get(done.location!)).status).toBe(200);
  });

  it('is asked only of whom the page would open for', async () => {
    const [person] = await stale();
    expect((await person.get('/vault/audited')).status).toBe(403);
    expect((await site.visitor().get('/vault')).location).toBe('/login?next=%2Fvault');
    expect((await person.get('/vault', { accept: 'application/json' })).status).toBe(401);
  });

  it('lets a form go on that was sent too late, with all it said, by 307', async () => {
    const [person] = await stale();
    const body = new URLSearchParams([
      ['colour', '"red" & <blue>'],
      ['day', '1'],
      ['day', '2'],
      ['next', '/account'],
      ['password', 'not to be shown'],
      ['password_confirm', 'not to be shown'],
      ['current_password', 'not to be shown'],
    ]);
    const asked = await person.send('POST', '/vault?x=1', { body });
    expect([asked.status, asked.h1]).toEqual([401, 'Confirm that it is you']);
    expect(asked.body).toContain('action="/verify?then=%2Fvault%3Fx%3D1"');
    expect(hidden(asked, 'colour')).toEqual(['&quot;red&quot; &amp; &lt;blue&gt;']);
    expect(hidden(asked, 'day')).toEqual(['1', '2']);
    expect(hidden(asked, 'next')).toEqual(['/account']);
    expect(asked.body).not.toContain('not to be shown');

    const wrong = await person.post('/verify?then=%2Fvault%3Fx%3D1', {
      password: 'a guess',
      colour: 'red',
      next: '/a',
    });
    expect([wrong.status, hidden(wrong, 'colour'), hidden(wrong, 'next')]).toEqual([401, ['red'], ['/a']]);
    expect(wrong.body).toContain('This is not your password.');
    expect(wrong.body).not.toContain('a guess');

    const done = await person.post('/verify?then=%2Fvault%3Fx%3D1', { password, colour: 'red' });
    expect([done.status, done.location]).toEqual([307, '/vault?x=1']);
    expect((await person.post(done.location!, { colour: 'red' })).status).toBe(201);
  });

  it('goes on nowhere but on this site', async () => {
    for (const elsewhere of ['https://evil.example', '//evil.example', '/\\evil.example', 'javascript:alert(1)']) {
      const [person] = await stale();
      const query = new URLSearchParams({ then: elsewhere }).toString();
      expect((await person.post(`/verify?${query}`, { password })).location).toBe('/');
      expect((await person.post('/verify', { password, next: elsewhere })).location).toBe('/');
    }
  });

  it('is not given by a wrong password, which is limited as at the sign-in', async () => {
    const [person] = await stale();
    for (let i = 0; i < 10; i++) expect((await person.post('/verify', { password: `guess ${i}` })).status).toBe(401);
    const limited = await person.post('/verify', { password });
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^\d+$/)]);
    expect((await person.get('/vault')).status).toBe(303);
  });

  it('is no part of a copy of the cookie: the session goes on under a new id', async () => {
    const [person] = await stale();
    const copy = site.visitor();
    copy.cookie = person.cookie;
    await person.post('/verify', { password });
    expect((await person.get('/vault')).status).toBe(200);
    expect((await copy.get('/vault')).location).toMatch(/^\/login/);
    expect((await copy.get('/account')).location).toMatch(/^\/login/);
  });

  it('is given once by a double click, which signs nobody out', async () => {
    const [person, email] = await stale();
    const first = site.visitor();
    first.cookie = person.cookie;
    const passwords = site.app.get(Passwords);
    const verify = passwords.verify.bind(passwords);
    jest.spyOn(passwords, 'verify').mockImplementationOnce(async (...typed) => {
      expect((await first.post('/verify', { password })).location).toBe('/');
      return verify(...typed);
    });
    const [{ createdAt }] = (await sessionsOf(email)) as [Session];
    expect((await person.post('/verify', { password })).location).toBe('/');
    expect((await person.get('/vault')).status).toBe(200);
    expect((await sessionsOf(email)).map((session) => session.createdAt)).toEqual([createdAt, createdAt]);
    await person.post('/logout');
    expect(await sessionsOf(email)).toEqual([]);
  });

  it('is not given where the password was changed, or the session ended, meanwhile', async () => {
    const [person, email] = await stale();
    const to = await site.app.get(Passwords).hash('another password');
    const [answer] = await Promise.all([
      person.post('/verify', { password }),
      site.app.get(PasswordChanges).changePassword(operator, email, { to }),
    ]);
    expect([303, 401]).toContain(answer.status);
    expect((await person.get('/vault')).location).toMatch(/^\/login/);
  });

  it('is not needed to change a page that does not ask for one', async () => {
    const [person] = await stale();
    expect((await person.get('/account')).status).toBe(200);
    expect((await person.post('/logout')).location).toBe('/');
  });

  it('stands before every change of the administration, and the effect of one is shown without', async () => {
    const admin = await site.admin();
    const [, email] = await someone();
    const { id } = await site.app.get(UsersService).byEmail(email);
    later(QUARTER);
    const change = { change: 'deactivate', users: String(id) };
    const preview = await admin.get(`/admin/users/change?${new URLSearchParams(change).toString()}`);
    expect(preview.status).toBe(200);
    const digest = /name="digest" value="([^"]+)"/.exec(preview.body)?.[1] ?? '';
    const asked = await admin.post('/admin/users/change', { ...change, digest });
    expect([asked.status, asked.h1]).toEqual([401, 'Confirm that it is you']);
    expect((await site.app.get(UsersService).byEmail(email)).active).toBe(true);
    expect(hidden(asked, 'digest')).toEqual([digest]);
    const next = await admin.post('/verify?then=%2Fadmin%2Fusers%2Fchange', {
      ...change,
      digest,
      password: 'superuser of the tests',
    });
    expect([next.status, next.location]).toEqual([307, '/admin/users/change']);
    await admin.post('/admin/users/change', { ...change, digest });
    expect((await site.app.get(UsersService).byEmail(email)).active).toBe(false);
  });

  it.each([
    ['password', '/account/password', { password: 'three unrelated words', password_confirm: 'three unrelated words' }],
    ['other sessions', '/account/sessions/end', { all: 'yes' }],
  ])('is no way to change the %s in a session that ends meanwhile', async (_what, path, fields) => {
    const [intruder, email] = await someone();
    const owner = site.visitor();
    await owner.signIn(email, password);
    const ownSession = () => owner.post('/account/sessions/end', { all: 'yes' });
    const sessions = site.app.get(Sessions);
    const passwords = site.app.get(Passwords);
    const [end, hash] = [sessions.end.bind(sessions), passwords.hash.bind(passwords)];
    let isFirst = true;
    const between = async () => {
      if (!isFirst) return;
      isFirst = false;
      expect((await ownSession()).status).toBe(303);
    };
    const spies = [
      jest.spyOn(passwords, 'hash').mockImplementation(async (...typed) => {
        await between();
        return hash(...typed);
      }),
      jest.spyOn(sessions, 'end').mockImplementation(async (...asked) => {
        await between();
        return end(...asked);
      }),
    ];
    expect((await intruder.post(path, fields)).location).toBe('/login');
    for (const spy of spies) spy.mockRestore();
    expect((await owner.get('/account')).status).toBe(200);
    expect((await site.visitor().signIn(email, password)).status).toBe(303);
  });

  it('takes the place of the current password where the password is changed', async () => {
    const [person, email] = await stale();
    const fields = { password: 'three unrelated words', password_confirm: 'three unrelated words' };
    expect((await person.get('/account/password')).location).toBe('/verify?next=%2Faccount%2Fpassword');
    expect((await person.post('/account/password', fields)).status).toBe(401);
    await person.post('/verify', { password });
    expect((await person.get('/account/password')).body).not.toContain('name="current_password"');
    const same = await person.post('/account/password', { password, password_confirm: password });
    expect(same.body).toContain('Choose a password that differs from the current one.');
    expect((await person.post('/account/password', fields)).location).toBe('/account');
    expect((await site.visitor().signIn(email, fields.password)).status).toBe(303);
  });
});
