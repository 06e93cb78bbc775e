import { UsersService } from '../src/accounts/users.service';
import { UserGrants } from '../src/accounts/user-grants.service';
import { operator } from '../src/audit/actor';
import { Clock } from '../src/config/clock';
import { Passwords } from '../src/credentials/passwords';
import { Database } from '../src/database/database';
import { RolesService } from '../src/roles/roles.service';
import { Sessions } from '../src/sessions/sessions.service';
import type { Person } from './support/person';
import { Site, superuser } from './support/site';

/** In minutes. */
const DAY = 24 * 60;

describe('a session', () => {
  let site: Site;
  beforeAll(async () => {
    site = await Site.start();
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => site.stop());

  const later = (minutes: number) => {
    const moment = Date.now() + minutes * 60_000;
    jest.spyOn(site.app.get(Clock), 'now').mockImplementation(() => new Date(moment));
  };

  const rememberedUser = async (email: string): Promise<Person> => {
    const user = await site.user(email);
    await user.post('/logout');
    await user.signIn(email, 'a password of a user', { remember: 'yes' });
    return user;
  };

  it('ends after SESSION_IDLE_MINUTES without use, and lives on with it', async () => {
    const user = await site.user();
    for (const minutes of [100, 200, 300]) {
      later(minutes);
      expect((await user.get('/account')).status).toBe(200);
    }
    later(300 + 121);
    expect((await user.get('/account')).status).toBe(303);
    later(300);
    expect((await user.get('/account')).status).toBe(200);
  });

  it('that is remembered outlives browser and idleness, up to SESSION_MAX_HOURS', async () => {
    const plain = site.visitor();
    const plainCookie = (await plain.signIn(superuser.email, superuser.password)).headers.getSetCookie()[0];
    expect(plainCookie).not.toMatch(/expires/i);
    const person = site.visitor();
    const page = await person.signIn(superuser.email, superuser.password, { remember: 'yes' });
    const [, expires = ''] = /Expires=([^;]+)/.exec(page.headers.getSetCookie()[0] ?? '') ?? [];
    expect(new Date(expires).getTime() - Date.now()).toBeGreaterThan(719 * 3_600_000);
    for (let hour = 23; hour < 720; hour += 23) {
      later(hour * 60);
      expect((await person.get('/account')).status).toBe(200);
    }
    later(720 * 60 + 1);
    expect((await person.get('/account')).status).toBe(303);
  });

  it('that is remembered ends after SESSION_REMEMBER_IDLE_DAYS without use', async () => {
    const user = await rememberedUser('kept@example.org');
    later(14 * DAY - 1);
    expect((await user.get('/account')).status).toBe(200);
    later(28 * DAY - 1);
    expect((await user.get('/account')).status).toBe(303);
    expect((await user.get('/login')).body).toContain('you hadn’t used the site for some days');
  });

  it('that is remembered ends after a day without use for whoever can open the administration', async () => {
    await site.app
      .get(RolesService)
      .create(operator, { name: 'Deputy', description: '', permissions: ['admin-read', 'admin-write'] });
    const [deputy, risen] = [await rememberedUser('deputy@example.org'), await rememberedUser('risen@example.org')];
    await site.app.get(UserGrants).give(operator, 'deputy@example.org', 'Deputy');
    later(DAY - 1);
    expect((await deputy.get('/account')).status).toBe(200);
    await site.app.get(UserGrants).give(operator, 'risen@example.org', 'Admin');
    const { id } = await site.app.get(UsersService).byEmail('risen@example.org');
    later(2 * DAY - 1);
    expect(await site.app.get(Sessions).openSessionsOf(id)).toEqual([]);
    for (const administrator of [deputy, risen]) expect((await administrator.get('/account')).status).toBe(303);
  });

  it('is told from the others that arrive with it, false and ended ones among them', async () => {
    const people = Array.from({ length: 12 }, (_, n) => ({ email: `crowd${n}@example.org`, person: site.visitor() }));
    for (const { email, person } of people) await person.register(email, 'a password of a crowd');
    const stranger = site.visitor();
    const [, rest = ''] = people[0]!.person.cookie.split('=');
    stranger.cookie = `mfo=${rest.replace(/^.{12}/, 's%3AAAAAAAAAA')}`;
    const gone = people.pop()!;
    await site.app.get(UsersService).deactivate(operator, gone.email);
    for (let round = 0; round < 5; round++) {
      const asked = [...people, ...people].map(async ({ email, person }) => {
        const { body } = await person.get('/account');
        return [email, /<dd>(crowd\d+@example.org)<\/dd>/.exec(body)?.[1]];
      });
      const refused = [stranger.get('/account'), gone.person.get('/account')];
      for (const [email, shown] of await Promise.all(asked)) expect(shown).toBe(email);
      for (const page of await Promise.all(refused)) expect(page.status).toBe(303);
    }
  });

  it('ends absolutely, however much it is used', async () => {
    const user = await site.user();
    for (let hour = 1; hour < 720; hour += 1.9) {
      later(hour * 60);
      await user.get('/');
    }
    expect((await user.get('/account')).status).toBe(200);
    later(720 * 60 + 1);
    expect((await user.get('/account')).status).toBe(303);
  });

  it('that was ended by deactivation does not live again with activation', async () => {
    const user = await site.user('away@example.org');
    await site.app.get(UsersService).deactivate(operator, 'away@example.org');
    expect((await user.get('/account')).status).toBe(303);
    await site.app.get(UsersService).activate(operator, 'away@example.org');
    expect((await user.get('/account')).status).toBe(303);
  });

  it('stays dead when it is ended during a slower request, also one that stores a message in it', async () => {
    const user = await site.user('hasty@example.org');
    const copy = site.visitor();
    copy.cookie = user.cookie;
    const [isSlow, finish] = slowNextHash(site.app.get(Passwords));
    const slow = copy.post('/account/password', {
      current_password: 'a password of a user',
      password: 'another password of a user',
      password_confirm: 'another password of a user',
    });
    await isSlow;
    expect((await user.post('/logout')).status).toBe(303);
    finish();
    expect((await slow).status).toBe(303);
    expect((await copy.get('/account')).location).toBe('/login?next=%2Faccount');
    expect((await user.get('/account')).status).toBe(303);
  });

  it.each([
    ['the end of all others', '/account/sessions/end', { all: 'yes' }],
    [
      'a change of the password',
      '/account/password',
      {
        current_password: 'a password of a user',
        password: 'another password of a user',
        password_confirm: 'another password of a user',
      },
    ],
  ])('ends at a sign-out, also where %s renews it at the same time', async (_case, path, fields) => {
    const here = await site.user();
    const elsewhere = await site.user();
    const beside = site.visitor();
    beside.cookie = here.cookie;
    const sessions = site.app.get(Sessions);
    const signOut = sessions.signOut.bind(sessions);
    jest.spyOn(sessions, 'signOut').mockImplementationOnce(async (session) => {
      expect((await beside.post(path, fields)).location).toBe('/account');
      expect((await beside.get('/account')).status).toBe(200);
      await signOut(session);
    });
    expect((await here.post('/logout')).location).toBe('/');
    expect((await beside.get('/account')).status).toBe(303);
    expect((await here.get('/account')).status).toBe(303);
    expect((await elsewhere.get('/account')).status).toBe(200);
  });

  it('is one of at most 50 of an account: the one that was not used for the longest time ends, also of many at once', async () => {
    const email = 'everywhere@example.org';
    await site.user(email);
    const signIn = async () => {
      const person = site.visitor();
      await person.signIn(email, 'a password of a user');
      return person;
    };
    const used = await signIn();
    later(1);
    const unused = await signIn();
    const others: Person[] = [];
    for (let i = 0; i < 47; i++) others.push(await signIn());
    later(5);
    expect((await used.get('/account')).status).toBe(200);
    const newcomers = await Promise.all(Array.from({ length: 3 }, signIn));
    const sessions = await site.database.query(
      `SELECT s.id FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.email = '${email}'`,
    );
    expect(sessions).toHaveLength(50);
    const isIn = async (person: Person) => (await person.get('/account')).status === 200;
    expect(await Promise.all([used, ...newcomers].map(isIn))).toEqual([true, true, true, true]);
    expect((await Promise.all([unused, ...others].map(isIn))).filter((is) => !is)).toHaveLength(2);
  });

  it('is stored only as the hash of its id, and only for people who signed in', async () => {
    const { read } = site.app.get(Database);
    const count = async () => Number((await read.query<{ n: number }[]>('SELECT COUNT(*) AS n FROM sessions'))[0]?.n);
    const before = await count();
    const visitor = site.visitor();
    visitor.cookie = 'mfo=s%3Amade-up.signature';
    await visitor.get('/');
    await visitor.get('/login');
    await visitor.signIn('nobody@example.org', 'wrong');
    expect(await count()).toBe(before);
    const user = await site.user();
    expect(await count()).toBe(before + 1);
    const id = decodeURIComponent(user.cookie)
      .replace(/^mfo=s:/, '')
      .split('.')[0]!;
    // Of 24 random bytes.
    expect(id).toMatch(/^[\w-]{32}$/);
    const rows = JSON.stringify(await read.query('SELECT * FROM sessions'));
    expect(rows).not.toContain(id);
  });

  it('has a cookie that scripts and other sites do not get', async () => {
    const page = await site.visitor().signIn(superuser.email, superuser.password);
    const [cookie = '', browser = '', ...others] = page.headers.getSetCookie();
    expect(others).toEqual([]);
    expect(browser).toMatch(/^mfo-browser=[^;]+; Max-Age=34560000; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/);
    expect(cookie).toMatch(/^mfo=/);
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Lax/);
    expect(cookie).not.toMatch(/Secure/);
  });
});

/** The next hash waits: a promise of its beginning, and what lets it go on. */
function slowNextHash(passwords: Passwords): [Promise<void>, () => void] {
  const hash = passwords.hash.bind(passwords);
  let finish = () => {};
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const begun = new Promise<void>((resolve) => {
    jest.spyOn(passwords, 'hash').mockImplementationOnce(async (password) => {
      resolve();
      await finished;
      return hash(password);
    });
  });
  return [begun, finish];
}
