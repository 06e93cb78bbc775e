import { getDataSourceToken } from '@nestjs/typeorm';
import * as fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { plainRoles } from '../src/access/catalogue';
import { Principals } from '../src/accounts/principals.service';
import { UserGrants } from '../src/accounts/user-grants.service';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { SignInEvents } from '../src/audit/sign-in-events';
import { Clock } from '../src/config/clock';
import { PasswordChanges } from '../src/credentials/password-changes.service';
import { Database, READER } from '../src/database/database';
import { DomainError } from '../src/database/errors';
import { AllUsers } from '../src/directory/all-users.service';
import { AccessRequests } from '../src/requests/access-requests.service';
import { RolesService } from '../src/roles/roles.service';
import { isMysql } from './support/database';
import type { Person } from './support/person';
import { giveFactor } from './support/second-factor';
import { Site, superuser } from './support/site';

const DAY = 24 * 60 * 60_000;

describe('the first page of the administration', () => {
  let site: Site;
  let users: UsersService;
  let allUsers: AllUsers;
  let passwordChanges: PasswordChanges;
  let grants: UserGrants;
  let roles: RolesService;
  let admin: Person;

  beforeAll(async () => {
    site = await Site.start();
    users = site.app.get(UsersService);
    allUsers = site.app.get(AllUsers);
    passwordChanges = site.app.get(PasswordChanges);
    grants = site.app.get(UserGrants);
    roles = site.app.get(RolesService);
    for (const name of plainRoles().keys()) await roles.delete(operator, name);
    admin = await site.admin();
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => site.stop());

  const inDays = (days: number) => new Date(Date.now() + days * DAY);
  const at = (moment: Date) => jest.spyOn(site.app.get(Clock), 'now').mockImplementation(() => moment);
  const make = (email: string, held: string[] = ['User'], active = true, name = '') =>
    users.create(operator, { email, name, passwordHash: 'of nobody', active, roles: held });
  const newRole = (name: string, permissions: string[] = []) =>
    roles.create(operator, { name, description: '', permissions });
  const dashboard = async (person = admin) => (await person.get('/admin')).body;
  const query = <Row>(sql: string) => site.database.query<Row>(sql);

  /** What is asked for attention, without the markup. */
  const attentionItems = async (person = admin) =>
    [...(await dashboard(person)).matchAll(/<p class="what">([^<]*)<\/p>\s*<ul>([\s\S]*?)<\/ul>/g)].map(
      ([, sentence = '', list = '']) => ({ sentence, list: list.replace(/<[^>]*>|\s+/g, ' ').replace(/ +/g, ' ') }),
    );
  const attentionItem = async (part: string, person = admin) =>
    (await attentionItems(person)).find(({ sentence }) => sentence.includes(part));

  async function holderOf(...permissions: string[]): Promise<Person> {
    const name = permissions.join(' ');
    const person = await site.user();
    const { email } = (await allUsers.newest(1))[0]!;
    await newRole(name, permissions);
    await grants.give(operator, email, name);
    return person;
  }

  describe('asks to look after', () => {
    it('the superuser, until they have another password than that of the configuration', async () => {
      expect((await attentionItem('password of the configuration'))?.list).toContain(superuser.email);
      const { passwordHash } = await users.byEmail(superuser.email);
      await passwordChanges.changePassword(operator, superuser.email, { to: passwordHash });
      expect(await attentionItem('password of the configuration')).toBeUndefined();
      admin = await site.admin();
    });

    it('active people who hold no role, also when their last one ended by itself', async () => {
      await make('bare@example.org', []);
      await make('resting@example.org', [], false);
      await make('guest@example.org', []);
      await grants.give(operator, 'guest@example.org', 'User', { until: inDays(20) });
      const before = await attentionItem('hold');
      expect(before?.sentence).toBe('1 person can sign in but holds no role:');
      expect(before?.list).toContain('bare@example.org');
      at(inDays(20.1));
      const later = await attentionItem('no role', await site.admin());
      expect(later?.sentence).toBe('2 people can sign in but hold no role:');
      expect(later?.list).toContain('guest@example.org');
      jest.restoreAllMocks();
      await grants.give(operator, 'bare@example.org', 'User', { from: inDays(3) });
      expect(await attentionItem('no role')).toBeUndefined();
      for (const email of ['bare', 'guest', 'resting']) await users.delete(operator, `${email}@example.org`);
    });

    it('requests that wait for an answer, those who may answer', async () => {
      const { id } = await make('asks@example.org', ['User'], true, 'Nell Asks');
      const principal = (await site.app.get(Principals).load(id))!;
      await site.app.get(AccessRequests).ask(principal, 'GET /admin', 'Please');
      const found = await attentionItem('wait');
      expect(found).toMatchObject({ sentence: '1 request waits for an answer:' });
      expect(found?.list).toContain('Nell Asks · Open the administration area GET /admin');
      expect(found?.list).not.toContain('asks@example.org');
      for (const area of ['users', 'roles', 'audit', 'mail', 'roles/new'])
        await site.app.get(AccessRequests).ask(principal, `GET /admin/${area}`, 'Please');
      expect((await attentionItem('wait'))?.list).toContain('and more: All requests');
      const looker = await holderOf('admin-read', 'admin-write', 'users-read', 'user-read');
      expect(await attentionItem('wait', looker)).toBeUndefined();
      await users.delete(operator, 'asks@example.org');
      expect(await attentionItem('wait')).toBeUndefined();
    });

    it('people whose only role was taken', async () => {
      await make('taken@example.org');
      expect(await attentionItem('no role')).toBeUndefined();
      await grants.revoke(operator, 'taken@example.org', 'User');
      expect((await attentionItem('no role'))?.list).toContain('taken@example.org');
      await users.delete(operator, 'taken@example.org');
    });

    it('people whose only role was deleted', async () => {
      await newRole('Crew');
      await make('crew@example.org', ['Crew']);
      await make('both@example.org', ['Crew', 'User']);
      await roles.delete(operator, 'Crew');
      const found = await attentionItem('no role');
      expect(found?.list).toContain('crew@example.org');
      expect(found?.list).not.toContain('both@example.org');
      await users.delete(operator, 'crew@example.org');
    });

    it('more than it can name', async () => {
      for (let i = 0; i < 52; i += 1) await make(`bare${i}@example.org`, []);
      expect(await attentionItem('no role')).toMatchObject({
        sentence: 'More than 50 people can sign in but hold no role:',
        list: expect.stringContaining('and more') as unknown,
      });
      for (let i = 0; i < 52; i += 1) await users.delete(operator, `bare${i}@example.org`);
    });

    it('roles that nobody holds', async () => {
      await newRole('<i>Ghosts</i>');
      expect((await attentionItem('held by nobody'))?.list).toContain('&lt;i&gt;Ghosts&lt;/i&gt;');
      await make('ghost@example.org', ['<i>Ghosts</i>']);
      expect(await attentionItem('held by nobody')).toBeUndefined();
      await users.delete(operator, 'ghost@example.org');
      await roles.delete(operator, '<i>Ghosts</i>');
    });

    it('roles that end within a week, and neither those that ended nor those that last', async () => {
      await newRole('Stage');
      for (const [name, days] of [
        ['soon', 6.9],
        ['later', 7.1],
        ['gone', 1],
      ] as const) {
        await make(`${name}@example.org`);
        await grants.give(operator, `${name}@example.org`, 'Stage', { until: inDays(days) });
      }
      expect(await attentionItem('within a week')).toMatchObject({ sentence: '2 given roles end within a week:' });
      at(inDays(1.1));
      const { list } = (await attentionItem('within a week', await site.admin()))!;
      expect(list).toMatch(/soon@example\.org.* · Stage, until/);
      expect(list).toContain('later@example.org');
      expect(list).not.toContain('gone@example.org');
    });

    it('administrators who have not signed in for 90 days', async () => {
      await make('idle@example.org', ['User', 'Admin']);
      await make('former@example.org', ['User', 'Admin'], false);
      expect(await attentionItem('90 days')).toBeUndefined();
      await site.database.change(
        `UPDATE users SET created_at = '2020-01-01 00:00:00.000' WHERE email IN ('idle@example.org', 'former@example.org')`,
      );
      const found = await attentionItem('90 days');
      expect(found?.sentence).toBe('1 administrator has not signed in for 90 days:');
      expect(found?.list).toContain('idle@example.org');
      await grants.revoke(operator, 'idle@example.org', 'Admin');
      expect(await attentionItem('90 days')).toBeUndefined();
    });

    it('administrators who have no second factor', async () => {
      const { id } = await make('second@example.org', ['User', 'Admin']);
      const found = await attentionItem('second factor');
      expect(found?.sentence).toMatch(/^\d administrators have no second factor/);
      for (const email of [superuser.email, 'second@example.org']) expect(found?.list).toContain(email);
      await giveFactor(site, id);
      expect((await attentionItem('second factor'))?.list).not.toContain('second@example.org');
      for (const { id } of await query<{ id: number }>('SELECT id FROM users')) await giveFactor(site, id);
      expect(await attentionItem('second factor')).toBeUndefined();
      await users.delete(operator, 'second@example.org');
    });

    it('nothing, and says so calmly', async () => {
      for (const name of ['soon', 'gone']) await grants.revoke(operator, `${name}@example.org`, 'Stage');
      expect(await attentionItems()).toEqual([]);
      expect(await dashboard()).toContain('All is well: nothing needs your attention now.');
    });
  });

  describe('shows each part to who may see what it is about:', () => {
    it('refusals, sign-ins and changes to who holds audit-read, without addresses', async () => {
      await make('hidden@example.org', []);
      await newRole('Nobody’s');
      const auditor = await holderOf('admin-read', 'admin-write', 'audit-read');
      const seen = await dashboard(auditor);
      for (const part of ['Refusals', 'Sign-ins', 'Latest changes', 'Pages refused'])
        expect([part, seen.includes(part)]).toEqual([part, true]);
      for (const part of ['New people', 'Registered<', 'What needs attention', 'hidden@example.org', 'no role'])
        expect([part, seen.includes(part)]).toEqual([part, false]);
    });

    it('people to who holds users-read', async () => {
      const seen = await dashboard(await holderOf('admin-read', 'admin-write', 'users-read'));
      for (const part of ['New people', 'hidden@example.org', 'no role'])
        expect([part, seen.includes(part)]).toEqual([part, true]);
      for (const part of ['Refusals', 'Latest changes', 'held by nobody'])
        expect([part, seen.includes(part)]).toEqual([part, false]);
    });

    it('roles to who holds roles-read', async () => {
      const seen = await dashboard(await holderOf('admin-read', 'admin-write', 'roles-read'));
      expect(seen).toContain('held by nobody');
      for (const part of ['New people', 'hidden@example.org', 'Refusals'])
        expect([part, seen.includes(part)]).toEqual([part, false]);
    });

    it('nothing but a hint to who holds none of them', async () => {
      const seen = await dashboard(await holderOf('admin-write', 'admin-read'));
      expect(seen).toContain('Ask an administrator for <code>users-read</code>');
      for (const part of ['What needs attention', 'Latest changes', 'class="card chart"'])
        expect([part, seen.includes(part)]).toEqual([part, false]);
    });
  });

  it('tells of the latest changes as the audit log does: who, what and when, in words and by names', async () => {
    await make('named@example.org', ['User', 'Admin'], true, 'Nora Named');
    await grants.revoke(operator, 'named@example.org', 'Admin');
    const lines = (part: RegExp, body: string) =>
      [...body.replace(/^.*<main/s, '').matchAll(part)].map(([, line = '']) => line.replace(/<[^>]*>/g, '').trim());
    const [list = ''] = /<ol class="latest card">.*?<\/ol>/s.exec(await dashboard()) ?? [];
    const latest = lines(/<li>(.*?)<\/li>/gs, list);
    expect(latest).toHaveLength(8);
    expect(latest[0]).toMatch(/^The operator took a role from Nora Named: Admin \d+ \w+ \d{4}, \d\d:\d\d UTC$/);
    expect(latest).toEqual(lines(/<summary>(.*?)<\/summary>/gs, (await admin.get('/admin/audit')).body).slice(0, 8));
    expect(list).not.toContain('named@example.org');
  });

  it('draws what happened in 30 days, and tells it in figures', async () => {
    const body = await dashboard();
    expect(body.match(/<svg[^>]* role="img"/g)).toHaveLength(3);
    expect(body.match(/<th scope="row">/g)).toHaveLength(30);
    expect(body).not.toMatch(/style=|NaN|undefined/);
    const [{ registered }] = (await query<{ registered: number }>(
      "SELECT SUM(count) AS registered FROM daily_figures WHERE kind = 'user.register'",
    )) as [{ registered: number }];
    expect(body).toContain(`Registered ${Number(registered)}<`);
  });

  it('has nothing to draw when nothing happened for 30 days', async () => {
    const move = (from: string, to: string) =>
      site.database.change(`UPDATE daily_figures SET day = REPLACE(day, '${from}', '${to}')`);
    await move('202', '102');
    try {
      const body = await dashboard();
      expect(body).toContain('None.');
      expect(body).not.toMatch(/NaN|Infinity/);
    } finally {
      await move('102', '202');
    }
  });

  describe('counts nothing when it is opened:', () => {
    it('its counters are what a count over the tables gives, whatever was done', async () => {
      const emails = ['a', 'b', 'c', 'd'].map((name) => `${name}@random.example.org`);
      const names = ['One', 'Two', 'Three'];
      const email = fc.constantFrom(...emails);
      const role = fc.constantFrom(...names);
      const days = fc.integer({ min: -3, max: 3 });
      const twice = <T>(it: T): T[] => [it, it];
      const change = fc.oneof(
        fc.record({
          it: fc.constant('make' as const),
          email,
          held: fc.subarray(['User', ...names]),
          active: fc.boolean(),
        }),
        fc.record({ it: fc.constant('register' as const), email }),
        fc.record({ it: fc.constantFrom('activate' as const, 'deactivate' as const, 'delete' as const), email }),
        ...twice(fc.record({ it: fc.constant('grant' as const), email, role, ends: fc.option(days) })),
        ...twice(fc.record({ it: fc.constant('revoke' as const), email, role })),
        fc.record({ it: fc.constantFrom('newRole' as const, 'deleteRole' as const), role }),
        fc.record({ it: fc.constant('refused' as const), days }),
        fc.record({ it: fc.constant('tomorrow' as const), days }),
      );
      const none = await site.user();
      for (const name of names) await newRole(name);
      for (const address of emails.slice(1)) await make(address, names);
      const perform = async (step: typeof change extends fc.Arbitrary<infer T> ? T : never): Promise<unknown> => {
        switch (step.it) {
          case 'make':
            return make(step.email, step.held, step.active);
          case 'register':
            return site.visitor().register(step.email, 'a password of a user');
          case 'grant':
            return grants.give(operator, step.email, step.role, {
              until: step.ends === null ? null : new Date(site.app.get(Clock).now().getTime() + (step.ends + 4) * DAY),
            });
          case 'revoke':
            return grants.revoke(operator, step.email, step.role);
          case 'newRole':
            return newRole(step.role);
          case 'deleteRole':
            return roles.delete(operator, step.role);
          case 'refused':
            await site.visitor().signIn('nobody@example.org', 'wrong');
            await site.visitor().signIn(superuser.email, superuser.password);
            return none.get('/admin');
          case 'tomorrow':
            return at(inDays(step.days));
          default:
            return users[step.it](operator, step.email);
        }
      };
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 10, maxLength: 30 }), async (steps) => {
          for (const step of steps)
            await perform(step).catch((error: unknown) => {
              if (!(error instanceof DomainError)) throw error;
            });
          await expectCounted();
        }),
        { numRuns: 6, endOnFailure: true },
      );
    }, 120_000);

    it('so they are once when an older database is brought up to date', async () => {
      for (const sql of [
        'UPDATE users SET held_until = NULL',
        "DELETE FROM daily_figures WHERE kind <> 'user.create'",
        "DELETE FROM migrations WHERE name = 'CountForTheDashboard1767657600000'",
      ])
        await site.database.change(sql);
      await site.app.get(Database).openAndMigrate();
      await expectCounted();
    });

    it('and reads few rows among many people', async () => {
      await manyPeople(3000);
      const asked = await statementsOf(() => dashboard());
      expect(asked.length).toBeGreaterThan(8);
      const counting = asked.filter(
        ({ sql }) => /COUNT\(/i.test(sql) && /users|grants|sign_in_events|audit_events/.test(sql),
      );
      expect(counting).toEqual([]);
      const long = isMysql ? await readingMany(asked) : await scanning(asked);
      expect(long).toEqual([]);
    }, 120_000);
  });

  async function expectCounted(): Promise<void> {
    const one = async (sql: string) => (await query<Record<string, unknown>>(sql))[0]!;
    const [state, people, active] = await Promise.all([
      one('SELECT people, active_people FROM access_state'),
      one('SELECT COUNT(*) AS n FROM users'),
      one('SELECT COUNT(*) AS n FROM users WHERE active = 1'),
    ]);
    expect([state.people, state.active_people]).toEqual([people.n, active.n]);
    const holders = 'SELECT r.name, r.holders AS n FROM roles r ORDER BY r.id';
    const counted =
      'SELECT r.name, COUNT(g.id) AS n FROM roles r LEFT JOIN grants g ON g.role_id = r.id GROUP BY r.id, r.name ORDER BY r.id';
    expect(await query(holders)).toEqual(await query(counted));
    const grants = await query<{ user_id: number; ends_at: string | Date | null }>(
      'SELECT user_id, ends_at FROM grants',
    );
    for (const user of await query<{ id: number; held_until: string | Date | null }>(
      'SELECT id, held_until FROM users',
    )) {
      const ends = grants.filter(({ user_id }) => user_id === user.id).map(({ ends_at }) => momentOf(ends_at));
      expect([user.id, momentOf(user.held_until)]).toEqual([user.id, Math.max(0, ...ends)]);
    }
    await expectDaysCounted();
  }

  async function expectDaysCounted(): Promise<void> {
    await site.app.get(SignInEvents).flush();
    const expected: Record<string, number> = {};
    const add = (at: Date, kind: string, count: number) => {
      const key = `${at.toISOString().slice(0, 10)} ${kind}`;
      expected[key] = (expected[key] ?? 0) + count;
    };
    for (const { at: moment, action } of await query<{ at: string | Date; action: string }>(
      'SELECT at, action FROM audit_events',
    ))
      add(new Date(momentOf(moment)), action, 1);
    for (const row of await query<{ first_at: number; kind: string; count: number }>(
      'SELECT first_at, kind, count FROM sign_in_events',
    ))
      add(new Date(Number(row.first_at)), row.kind, row.count);
    const figures = await query<{ day: string; kind: string; count: number }>(
      'SELECT day, kind, count FROM daily_figures',
    );
    expect(Object.fromEntries(figures.map(({ day, kind, count }) => [`${day} ${kind}`, count]))).toEqual(expected);
  }

  /** Infinity: no end. The test's own connection to a server takes times for local ones. */
  function momentOf(time: string | Date | null): number {
    if (time === null) return Infinity;
    if (typeof time === 'string') return Date.parse(`${time.replace(' ', 'T')}Z`);
    return Date.UTC(
      time.getFullYear(),
      time.getMonth(),
      time.getDate(),
      time.getHours(),
      time.getMinutes(),
      time.getSeconds(),
      time.getMilliseconds(),
    );
  }

  async function manyPeople(count: number): Promise<void> {
    const [{ role }] = (await query<{ role: number }>("SELECT id AS role FROM roles WHERE name = 'User'")) as [
      { role: number },
    ];
    const numbers = Array.from({ length: count }, (_, i) => 100_000 + i);
    const user = (i: number) =>
      `(${i}, 'many${i}@example.org', '', 'x', 1, 'v', '2024-01-01 00:00:00.000', ${i % 10 ? 'NULL' : "'1970-01-01 00:00:00.000'"})`;
    const grant = (i: number) =>
      `(${i}, ${role}, '2024-01-01 00:00:00.000', ${
        i % 3
          ? 'NULL'
          : `'${inDays(i % 6)
              .toISOString()
              .slice(0, 23)
              .replace('T', ' ')}'`
      })`;
    await site.database.change(
      `INSERT INTO users (id, email, name, password_hash, active, access_version, created_at, held_until) VALUES ${numbers.map(user).join(',')}`,
    );
    await site.database.change(
      `INSERT INTO grants (user_id, role_id, granted_at, ends_at) VALUES ${numbers.map(grant).join(',')}`,
    );
    const analyse = isMysql ? ['ANALYZE TABLE users', 'ANALYZE TABLE grants'] : ['ANALYZE'];
    for (const sql of analyse) await site.database.change(sql);
  }

  interface Statement {
    sql: string;
    parameters: unknown[];
  }

  function reader(): DataSource {
    return site.app.get<DataSource>(getDataSourceToken(READER));
  }

  async function statementsOf(work: () => Promise<unknown>): Promise<Statement[]> {
    const asked: Statement[] = [];
    const spy = jest.spyOn(reader().logger, 'logQuery').mockImplementation((sql, parameters) => {
      asked.push({ sql, parameters: (parameters as unknown[] | undefined) ?? [] });
    });
    await work();
    spy.mockRestore();
    return asked;
  }

  async function scanning(statements: readonly Statement[]): Promise<string[]> {
    const found: string[] = [];
    for (const { sql, parameters } of statements) {
      const plan = await reader().query<{ detail: string }[]>(`EXPLAIN QUERY PLAN ${sql}`, parameters);
      const tables = [...sql.matchAll(/"(users|grants|sign_in_events|audit_events)" "(\w+)"/g)].map(
        ([, , name]) => name,
      );
      const isTopOfAll = /ORDER BY "\w+"\."(id|sequence)" DESC LIMIT \d+$/.test(sql) && !sql.includes('WHERE');
      for (const { detail } of plan)
        if (tables.some((name) => detail.startsWith(`SCAN ${name}`)) && !isTopOfAll) found.push(`${detail}: ${sql}`);
    }
    return found;
  }

  async function readingMany(statements: readonly Statement[]): Promise<string[]> {
    const found: string[] = [];
    const runner = reader().createQueryRunner();
    for (const { sql, parameters } of statements) {
      await runner.query('FLUSH STATUS');
      await runner.query(sql, parameters);
      const counters = (await runner.query("SHOW SESSION STATUS LIKE 'Handler_read%'")) as { Value: string }[];
      const read = counters.reduce((sum, { Value }) => sum + Number(Value), 0);
      if (read > 20 * 51) found.push(`${read} rows: ${sql}`);
    }
    await runner.release();
    return found;
  }
});
