import { UserRenames } from '../src/accounts/user-renames.service';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { SignInEvents } from '../src/audit/sign-in-events';
import { Clock } from '../src/config/clock';
import { Database } from '../src/database/database';
import { Housekeeping } from '../src/database/housekeeping';
import { RolesService } from '../src/roles/roles.service';
import { UserHoldings } from '../src/roles/user-holdings.service';
import { holder } from './support/holder';
import { SiteProcess } from './support/processes';
import { Site, testEnvironment } from './support/site';
import { faultOf } from './support/tampering';

const DAY = 24 * 60 * 60_000;

describe('what leaves a trace', () => {
  let site: Site;
  let users: UsersService;
  let holdings: UserHoldings;
  let renames: UserRenames;
  let lines: { event: string; user: unknown }[];

  beforeAll(async () => {
    site = await Site.start({ TRUST_PROXY: 'loopback' });
    users = site.app.get(UsersService);
    holdings = site.app.get(UserHoldings);
    renames = site.app.get(UserRenames);
    await site.app.get(RolesService).create(operator, {
      name: 'Keeper',
      description: '',
      permissions: ['admin-read', 'admin-write', 'users-read', 'users-write', 'roles-read', 'roles-write'],
    });
  });
  beforeEach(async () => {
    await site.app.get(SignInEvents).flush();
    await site.database.change('DELETE FROM sign_in_events');
    await site.database.change('DELETE FROM daily_figures');
    lines = [];
    const take = (line: unknown) => {
      if (typeof line === 'object') lines.push(line as { event: string; user: unknown });
    };
    site.app.useLogger({ log: take, warn: take, error: take, fatal: take });
    // All within one hour, and another one for each test.
    hour += 1;
    const now = new Date(Date.now() + hour * 60 * 60_000);
    jest.spyOn(site.app.get(Clock), 'now').mockImplementation(() => now);
  });
  let hour = 0;
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => site.stop());

  interface Row {
    user_id: number | null;
    ip: string;
    route: string | null;
    count: number;
  }
  async function rows(kind: string): Promise<Row[]> {
    await site.app.get(SignInEvents).flush();
    return site.database.query<Row>(
      `SELECT user_id, ip, route, count FROM sign_in_events WHERE kind = '${kind}' ORDER BY route, ip`,
    );
  }
  const linesOf = (kind: string) => lines.filter(({ event }) => event === kind);
  const from = (ip: string) => ({ 'x-forwarded-for': ip });
  const times = (count: number) => Array.from({ length: count }, (_, i) => i);

  it('a wrong current password', async () => {
    const person = await site.user('own@example.org', 'a password of a user');
    const { id } = await users.byEmail('own@example.org');
    for (const i of times(4)) {
      const fields = { current_password: `a guess ${i}`, password: 'tall grass 14', password_confirm: 'tall grass 14' };
      expect((await person.post('/account/password', fields, from('192.0.2.5'))).status).toBe(422);
    }
    expect(await rows('wrong password')).toEqual([{ user_id: id, ip: '192.0.2.5', route: null, count: 4 }]);
    expect(linesOf('wrong password')).toMatchObject([{ user: id, ip: '192.0.2.5' }]);
  });

  it('a sign-out', async () => {
    const person = await site.user('leaves@example.org', 'a password of a user');
    const { id } = await users.byEmail('leaves@example.org');
    expect((await person.post('/logout', {}, from('192.0.2.6'))).status).toBe(303);
    expect(await rows('signed out')).toEqual([{ user_id: id, ip: '192.0.2.6', route: null, count: 1 }]);
    expect(linesOf('signed out')).toMatchObject([{ user: id }]);
  });

  it('a link that can’t be used, opened or sent, and none of its token', async () => {
    const token = 'a-token-that-somebody-has-made-up';
    const fields = { password: 'tall grass 14', password_confirm: 'tall grass 14' };
    for (const i of times(3)) {
      const ip = from(`2001:db8:7::${i + 1}`);
      expect((await site.visitor().get(`/welcome/${token}${i}`, ip)).status).toBe(410);
      expect((await site.visitor().post(`/welcome/${token}${i}`, fields, ip)).status).toBe(410);
    }
    expect(await rows('unusable link')).toEqual([{ user_id: null, ip: '2001:db8:7:0::/64', route: null, count: 6 }]);
    expect(linesOf('unusable link')).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toContain(token);
  });

  it('an export of people or of the audit log', async () => {
    const admin = await site.admin();
    for (const path of ['/admin/audit/export', '/admin/audit/export?format=jsonl', '/admin/users/export'])
      expect((await admin.get(path)).status).toBe(200);
    expect(await rows('export')).toMatchObject([
      { route: 'GET /admin/audit/export', count: 2 },
      { route: 'GET /admin/users/export', count: 1 },
    ]);
    expect(linesOf('export')).toHaveLength(2);
  });

  it('every try to rise, or to touch somebody above, looked at or sent', async () => {
    const keeper = await holder(site, ['User', 'Keeper']);
    await site.app.get(RolesService).create(operator, { name: 'Crew', description: '', permissions: ['user-read'] });
    const above = await holder(site, ['User', 'Admin', 'Crew']);
    const own = { change: 'grant', users: String(keeper.id), role: 'Admin' };
    const tries: (() => Promise<unknown>)[] = [
      () => keeper.person.get(`/admin/users/change?${new URLSearchParams(own).toString()}`),
      () => keeper.person.post('/admin/users/change', own),
      () => keeper.person.post('/admin/users/change', { change: 'deactivate', users: String(above.id) }),
      () => keeper.person.post('/admin/roles/new', { name: 'Mine', description: '', permissions: 'audit-read' }),
      () => keeper.person.get(`/admin/users/${above.id}/link`),
      () => keeper.person.post(`/admin/users/${above.id}/link`, {}),
      () => keeper.person.post(`/admin/users/${above.id}/sessions/end`, { all: 'yes' }),
      () => keeper.person.get(`/admin/roles/change?change=delete&role=Crew`),
      () => keeper.person.post('/admin/roles/change', { change: 'delete', role: 'Crew' }),
      () => keeper.person.post('/admin/users/new', { email: 'new@example.org', name: '', roles: 'Admin' }),
    ];
    for (const [done, attempt] of tries.entries()) {
      await attempt();
      const counted = (await rows('change refused')).reduce((sum, { count }) => sum + count, 0);
      expect([done, counted]).toEqual([done, done + 1]);
    }
    expect(await rows('change refused')).toMatchObject([{ user_id: keeper.id, route: null }]);
    expect(linesOf('change refused')).toMatchObject([{ user: keeper.id, refusal: expect.any(String) as string }]);
    expect(await holdings.rolesOf(keeper.id)).toEqual(['User', 'Keeper']);
  });

  it('but not what somebody may do', async () => {
    const keeper = await holder(site, ['User', 'Keeper']);
    const other = await holder(site, ['User']);
    const change = { change: 'deactivate', users: String(other.id) };
    expect((await keeper.person.get(`/admin/users/change?${new URLSearchParams(change).toString()}`)).status).toBe(200);
    expect((await keeper.person.get(`/admin/users/${other.id}`)).status).toBe(200);
    expect(await rows('change refused')).toEqual([]);
  });

  it('forms from another site, in one row of a network and one line, and as no page that was refused', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
    for (const path of ['/login', '/register', '/nowhere'])
      for (const i of times(70)) {
        const { status } = await site
          .visitor()
          .post(path, {}, { ...headers, ...from(`2001:db8:9::${i.toString(16)}`) });
        expect(status).toBe(403);
      }
    const found = await rows('foreign form');
    expect(found.map(({ count }) => count)).toEqual([70, 70, 70]);
    expect(linesOf('foreign form')).toHaveLength(3);
    expect(await rows('forbidden')).toEqual([]);
    const figures = await site.database.query("SELECT * FROM daily_figures WHERE kind = 'forbidden'");
    expect(figures).toEqual([]);
  });

  it('without a limit to the networks they come from, a bounded number of rows and lines', async () => {
    const events = site.app.get(SignInEvents);
    for (const i of times(3000))
      await events.record({ kind: 'foreign form', ip: `10.0.${i >> 8}.${i & 255}`, route: 'POST /login' });
    const found = await rows('foreign form');
    expect(found).toHaveLength(1001);
    expect(found.reduce((sum, { count }) => sum + count, 0)).toBe(3000);
    expect(linesOf('foreign form')).toHaveLength(1001);
  });

  it('in the rows that two processes share, whoever writes first', async () => {
    const other = new SignInEvents(site.app.get(Database), site.app.get(Clock));
    const entry = { kind: 'unusable link', ip: '192.0.2.77' } as const;
    await Promise.all(
      times(20).flatMap((i) => [
        site.app.get(SignInEvents).record(entry),
        other.record(entry),
        ...(i % 5 ? [] : [other.flush(), site.app.get(SignInEvents).flush()]),
      ]),
    );
    await other.flush();
    expect(await rows('unusable link')).toMatchObject([{ count: 40 }]);
    const [{ count }] = (await site.database.query("SELECT count FROM daily_figures WHERE kind = 'unusable link'")) as [
      { count: number },
    ];
    expect(count).toBe(40);
  });

  it('and is all written when a site ends', async () => {
    const program = new SiteProcess({ ...testEnvironment(site.database.url), TRUST_PROXY: 'loopback' });
    const person = await program.visitor();
    for (const i of times(5))
      await person.post('/login', { email: 'nobody@example.org', password: `a guess ${i}` }, from('192.0.2.88'));
    const { code } = await program.signal('SIGTERM');
    expect(code).toBe(0);
    expect(await rows('sign-in refused')).toMatchObject([{ ip: '192.0.2.88', count: 5 }]);
    expect(program.stdout.match(/sign-in refused/g)).toHaveLength(1);
  });

  describe('of somebody who is deleted', () => {
    const made = async (email: string) => {
      const person = await site.user(email, 'a password of a user');
      const { id } = await users.byEmail(email);
      await person.get('/admin', from('192.0.2.99'));
      return { person, id };
    };
    const left = (id: number) => site.database.query(`SELECT id FROM sign_in_events WHERE user_id = ${id}`);

    it('goes with them, what was not yet written too', async () => {
      const { id } = await made('gone@example.org');
      await site.app.get(SignInEvents).flush();
      expect(await left(id)).not.toEqual([]);
      await site.visitor().signIn('gone@example.org', 'wrong');
      await users.delete(operator, 'gone@example.org');
      expect(await left(id)).toEqual([]);
      await site.app.get(SignInEvents).flush();
      expect(await left(id)).toEqual([]);
    });

    it('goes with the next sweep where another process wrote it as they went', async () => {
      const { id } = await made('late@example.org');
      await users.delete(operator, 'late@example.org');
      await site.database.change(
        `INSERT INTO sign_in_events (id, kind, user_id, ip, first_at, last_at, count)
           VALUES ('late', 'signed in', ${id}, '192.0.2.1', ${Date.now()}, ${Date.now()}, 1)`,
      );
      await site.app.get(Housekeeping).sweep();
      expect(await left(id)).toEqual([]);
    });

    it('stays in the audit log for 400 days, and is then erased from it, which stays whole', async () => {
      const { id } = await made('erased@example.org');
      await renames.rename(operator, 'erased@example.org', { name: 'Erasable', email: 'forgotten@example.org' });
      await users.delete(operator, 'forgotten@example.org');
      const stays = await made('stays@example.org');
      const named = (id: number) =>
        site.database.query(
          `SELECT sequence FROM audit_events WHERE (subject = 'user ${id}' AND (personal IS NOT NULL OR ip IS NOT NULL))
             OR (actor = 'user ${id}' AND ip IS NOT NULL)`,
        );
      const before = await named(stays.id);
      const clock = site.app.get(Clock);
      const sweepAfter = async (days: number) => {
        const now = new Date(Date.now() + hour * 60 * 60_000 + days * DAY);
        jest.spyOn(clock, 'now').mockImplementation(() => now);
        await site.app.get(Housekeeping).sweep();
      };
      await sweepAfter(399);
      expect((await named(id)).length).toBeGreaterThan(0);
      await sweepAfter(401);
      expect(await named(id)).toEqual([]);
      expect(JSON.stringify(await site.database.query('SELECT * FROM audit_events'))).not.toMatch(
        /erased@|forgotten@|Erasable/,
      );
      expect(await named(stays.id)).toEqual(before);
      expect(before.length).toBeGreaterThan(0);
      expect(await faultOf(site)).toBe('none');
    });
  });
});
