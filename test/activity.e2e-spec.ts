import * as fc from 'fast-check';
import type { SelectQueryBuilder } from 'typeorm';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import type { SignInEvent } from '../src/audit/sign-in-event.entity';
import { SignInEvents } from '../src/audit/sign-in-events';
import { SignInLog, type SignInFilter } from '../src/audit/sign-in-log.service';
import { kindGroups, titleOfKind } from '../src/audit/sign-in-words';
import { Database } from '../src/database/database';
import { RolesService } from '../src/roles/roles.service';
import { unescaped } from './support/forms-of';
import { isMysql } from './support/database';
import { holder } from './support/holder';
import type { Page, Person } from './support/person';
import { Site } from './support/site';

const HOUR = 60 * 60_000;

type Statement = [sql: string, parameters: unknown[]];

interface Row {
  kind: string;
  user?: number;
  ip?: string;
  route?: string;
  at: number;
  count?: number;
}

describe('sign-ins, failures and refusals', () => {
  let site: Site;
  let admin: Person;
  let clerk: Person;
  let ada: number;
  let made = 0;
  const now = Date.parse('2026-05-10T12:00:00Z');

  beforeAll(async () => {
    site = await Site.start();
    const roles = site.app.get(RolesService);
    const administers = ['admin-read', 'admin-write'];
    await roles.create(operator, { name: 'Clerk', description: '', permissions: [...administers, 'audit-read'] });
    await roles.create(operator, { name: 'Porter', description: '', permissions: [...administers, 'users-read'] });
    admin = await site.admin();
    clerk = (await holder(site, ['Clerk'])).person;
    ada = (await make('ada@example.org', 'Ada Lovelace')).id;
    await make('grace@example.org', 'Grace Hopper');
    await make('grace.young@example.org', 'Grace Young');
  });
  beforeEach(async () => {
    await site.app.get(SignInEvents).flush();
    await site.database.change('DELETE FROM sign_in_events');
  });
  afterAll(() => site.stop());

  const make = (email: string, name: string) =>
    site.app.get(UsersService).create(operator, { email, name, passwordHash: '', active: true, roles: ['User'] });

  async function record(...rows: Row[]): Promise<void> {
    const text = (value: string | undefined) => (value === undefined ? 'NULL' : `'${value}'`);
    const values = rows.map(({ kind, user, ip = '192.0.2.1', route, at, count = 1 }) => {
      const id = (++made).toString(16).padStart(64, '0');
      return `('${id}', '${kind}', ${user ?? 'NULL'}, '${ip}', ${text(route)}, ${at}, ${at}, ${count})`;
    });
    await site.database.change(
      `INSERT INTO sign_in_events (id, kind, user_id, ip, route, first_at, last_at, count) VALUES ${values.join()}`,
    );
  }

  const ask = (query: Record<string, string | number> = {}, reader = admin) =>
    reader.get(
      `/admin/activity?${new URLSearchParams(Object.entries(query).map(([k, v]) => [k, String(v)])).toString()}`,
    );
  const rowsOn = ({ body }: Page) =>
    [...body.matchAll(/<tr>\s*<td class="when">(.*?)<\/tr>/gs)].map(([, row = '']) =>
      row
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    );

  it.each([
    ['Admin', 200],
    ['Clerk', 200],
    ['Porter', 403],
    ['User', 403],
  ])('are listed to who may read the audit log: somebody with %s gets %d', async (role, status) => {
    expect((await ask({}, (await holder(site, [role])).person)).status).toBe(status);
  });

  it('say who, what, where, when and how often, the latest first', async () => {
    await record(
      { kind: 'signed in', user: ada, at: now - HOUR },
      { kind: 'forbidden', user: ada, route: 'GET /admin/audit', at: now, count: 4 },
      { kind: 'sign-in refused', ip: '2001:db8:0:0::/64', at: now - 2 * HOUR, count: 100 },
      { kind: 'signed in', user: 4711, at: now - 3 * HOUR },
    );
    const page = await ask();
    expect(rowsOn(page)).toEqual([
      '10 May 2026, 12:00 UTC Ada Lovelace Page or action refused: Read the audit log Why? Ada Lovelace From 192.0.2.1 4 times',
      '10 May 2026, 11:00 UTC Ada Lovelace Signed in From 192.0.2.1 once',
      '10 May 2026, 10:00 UTC a visitor Sign-in failed From 2001:db8:0:0::/64 100 times',
      '10 May 2026, 09:00 UTC user 4711 Signed in From 192.0.2.1 once',
    ]);
    const why = `/admin/access/why?${new URLSearchParams({ email: 'ada@example.org', route: 'GET /admin/audit' }).toString()}`;
    expect(unescaped(page.body)).toContain(`<a href="${why}">Why?`);
  });

  it('name nobody and no network to who may not see people', async () => {
    await record({ kind: 'forbidden', user: ada, route: 'GET /admin/audit', at: now });
    const page = await ask({}, clerk);
    expect(rowsOn(page)).toEqual([
      `10 May 2026, 12:00 UTC user ${ada} Page or action refused: Read the audit log once`,
    ]);
    for (const hidden of ['192.0.2.1', 'Lovelace', 'ada@', 'name="network"']) expect(page.body).not.toContain(hidden);
    expect(rowsOn(await ask({ person: ada }, clerk))).toHaveLength(1);
    expect((await ask({ person: 'ada' }, clerk)).status).toBe(422);
    expect((await ask({ network: '192.0.2.1' }, clerk)).status).toBe(422);
  });

  it('are found by a name or an address, and one is chosen where several are found', async () => {
    const [hopper, young] = await Promise.all(
      ['grace@example.org', 'grace.young@example.org'].map((email) => site.app.get(UsersService).byEmail(email)),
    );
    await record(
      { kind: 'signed in', user: hopper!.id, at: now },
      { kind: 'signed in', user: young!.id, at: now },
      { kind: 'signed out', user: ada, at: now },
    );
    for (const person of ['ada', 'lovelace', 'ada@example.org', ada])
      expect([person, rowsOn(await ask({ person })).map((row) => row.includes('Ada Lovelace'))]).toEqual([
        person,
        [true],
      ]);
    const several = await ask({ person: 'grace', kind: 'sign-ins' });
    expect([rowsOn(several), several.body.includes('Who do you mean?')]).toEqual([[], true]);
    expect(unescaped(several.body)).toContain(`<a href="/admin/activity?person=${hopper!.id}&kind=sign-ins">`);
    expect(rowsOn(await ask({ person: 'grace hopper' }))).toHaveLength(1);
    expect((await ask({ person: 'xyzzy' })).body).toContain('Nobody is found by this.');
  });

  it('are found by the network that an address is in', async () => {
    await record(
      { kind: 'sign-in refused', ip: '2001:db8:0:0::/64', at: now },
      { kind: 'signed in', ip: '2001:db8::1', user: ada, at: now },
      { kind: 'signed in', ip: '192.0.2.9', user: ada, at: now },
    );
    expect(rowsOn(await ask({ network: '2001:db8::1' }))).toHaveLength(2);
    expect(rowsOn(await ask({ network: '2001:db8:0:0::/64' }))).toHaveLength(1);
    expect(rowsOn(await ask({ network: '192.0.2.9' }))).toHaveLength(1);
    expect((await ask({ network: '192.0.2.10' })).body).toContain('Nothing matches.');
  });

  it('are found by what happened, one kind or all of a sort, and say so with a way back', async () => {
    const kinds = kindGroups.flatMap(({ kinds }) => kinds.map(({ value }) => value));
    await record(...kinds.map((kind, i) => ({ kind, user: ada, at: now - i })));
    for (const { value, kinds } of kindGroups) {
      const page = await ask({ kind: value, person: ada });
      expect(rowsOn(page)).toHaveLength(kinds.length);
      for (const { title } of kinds) expect(page.body).toContain(title);
      expect(unescaped(page.body)).toContain(`<li><a href="/admin/activity?person=${ada}">`);
    }
    for (const kind of kinds) expect([kind, rowsOn(await ask({ kind })).length]).toEqual([kind, 1]);
    expect(titleOfKind('of an older version')).toBe('of an older version');
  });

  it('come fifty at a time, each once, also at one moment', async () => {
    await record(...Array.from({ length: 120 }, (_, i) => ({ kind: 'signed in', user: ada, at: now, count: i + 1 })));
    const counts: string[] = [];
    const sizes: number[] = [];
    for (let page = await ask({ kind: 'signed in' }); ;) {
      const rows = rowsOn(page);
      sizes.push(rows.length);
      counts.push(...rows.map((row) => row.split(' ').at(-2)!));
      const next = /href="([^"]*)" rel="next"/.exec(page.body)?.[1];
      if (!next) break;
      page = await admin.get(unescaped(next));
    }
    expect(sizes).toEqual([50, 50, 20]);
    expect(new Set(counts).size).toBe(120);
    expect((await ask({ after: `0-${'0'.repeat(64)}` })).body).toContain('There is nothing older.');
  });

  it('are as a plain look through all of them finds, however they are looked for', async () => {
    const kinds = ['signed in', 'forbidden', 'sign-in refused'] as const;
    const ips = ['192.0.2.1', '192.0.2.2'];
    const users = [undefined, ada, 4711];
    const all = Array.from({ length: 150 }, (_, i) => ({
      kind: kinds[i % 3]!,
      user: users[(i >> 1) % 3],
      ip: ips[(i >> 2) % 2]!,
      at: now + (i % 20) * HOUR,
    }));
    await record(...all);
    const log = site.app.get(SignInLog);
    const some = <T>(values: readonly T[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
    const moment = some([0, 5, 10, 19, 20].map((hours) => new Date(now + hours * HOUR)));
    const filters: fc.Arbitrary<SignInFilter> = fc.record({
      person: some([ada, 4711]),
      networks: some(ips.map((ip) => [ip, 'elsewhere'])),
      kinds: some([[...kinds], ['forbidden' as const]]),
      from: moment,
      until: moment,
    });
    await fc.assert(
      fc.asyncProperty(filters, fc.integer({ min: 1, max: 40 }), async (filter, size) => {
        const found: SignInEvent[] = [];
        for (let page = await log.page(filter, size); page.length > 0; page = await log.page(filter, size, page.at(-1)))
          found.push(...page);
        expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
        expect(found).toHaveLength(all.filter((row) => fits(row, filter)).length);
        const times = found.map(({ lastAt }) => lastAt);
        expect(times).toEqual([...times].sort((one, other) => other - one));
      }),
      { numRuns: 60 },
    );
  });

  it('are read by an index, whatever they are looked for by', async () => {
    await record(
      ...Array.from({ length: 3000 }, (_, i) => ({
        kind: 'signed in',
        user: i,
        ip: `10.0.${i >> 8}.${i & 255}`,
        at: now - i,
      })),
    );
    // Else MariaDB plans by what it counted while the table was empty.
    if (isMysql) await site.database.query('ANALYZE TABLE sign_in_events');
    const manager = site.app.get(Database).read;
    const filters: SignInFilter[] = [
      {},
      { person: 17 },
      { networks: ['10.0.0.17'] },
      { kinds: ['signed in', 'forbidden'] },
      { person: 17, networks: ['10.0.0.17'], kinds: ['signed in'] },
      { from: new Date(now - 2000), until: new Date(now - 1000) },
    ];
    for (const filter of filters) {
      const statements = await statementsOf(() => site.app.get(SignInLog).page(filter, 10));
      const found = await Promise.all(statements.map(isMysql ? readMany : stepsWithoutIndex));
      expect([filter, statements.length > 0, found.flat()]).toEqual([filter, true, []]);
    }

    /** What was asked of the database meanwhile. */
    async function statementsOf(look: () => Promise<unknown>): Promise<Statement[]> {
      const asked = jest.spyOn(manager, 'createQueryBuilder');
      await look();
      const builders = asked.mock.results.map(({ value }) => value as SelectQueryBuilder<SignInEvent>);
      asked.mockRestore();
      return builders.map((builder) => builder.getQueryAndParameters());
    }

    async function stepsWithoutIndex([sql, parameters]: Statement): Promise<string[]> {
      const plan = await manager.query<{ detail: string }[]>(`EXPLAIN QUERY PLAN ${sql}`, parameters);
      const isGood = /USING (COVERING )?INDEX sign_in_events_|LAST TERM OF ORDER BY/;
      return plan.map(({ detail }) => detail).filter((detail) => !isGood.test(detail));
    }

    async function readMany([sql, parameters]: Statement): Promise<string[]> {
      const runner = manager.connection.createQueryRunner();
      await runner.query('FLUSH STATUS');
      await runner.query(sql, parameters);
      const counters = (await runner.query("SHOW SESSION STATUS LIKE 'Handler_read%'")) as { Value: string }[];
      await runner.release();
      const rows = counters.reduce((sum, { Value }) => sum + Number(Value), 0);
      return rows > 50 ? [`${rows} rows: ${sql}`] : [];
    }
  });

  it('are reached from the figures of the dashboard and from the page of a person', async () => {
    const dashboard = (await admin.get('/admin')).body;
    const first = new Date(Date.now() - 29 * 24 * 60 * 60_000).toISOString().slice(0, 10);
    for (const list of ['kind=signed+in', 'kind=forbidden', 'kind=failures'])
      expect(unescaped(dashboard)).toContain(`href="/admin/activity?${list}&from=${first}"`);
    expect((await admin.get(`/admin/users/${ada}`)).body).toContain(`href="/admin/activity?person=${ada}"`);
    const porter = (await holder(site, ['Porter'])).person;
    for (const path of ['/admin', `/admin/users/${ada}`])
      expect((await porter.get(path)).body).not.toContain('/admin/activity');
  });
});

function fits(row: Row, { person, networks, kinds, from, until }: SignInFilter): boolean {
  if (person !== undefined && row.user !== person) return false;
  if (networks && !networks.includes(row.ip!)) return false;
  if (kinds && !(kinds as readonly string[]).includes(row.kind)) return false;
  return (!from || row.at >= from.getTime()) && (!until || row.at < until.getTime());
}
