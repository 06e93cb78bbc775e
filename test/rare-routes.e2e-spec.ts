import type { EntityManager } from 'typeorm';
import { permissions, type Rule } from '../src/access/rule';
import { operator } from '../src/audit/actor';
import { Database } from '../src/database/database';
import { AccessQuestions } from '../src/explain/access-questions.service';
import { possibleAudienceOf } from '../src/explain/route-audience';
import { RolesService } from '../src/roles/roles.service';
import { isMysql } from './support/database';
import { Site, superuser } from './support/site';

const CROWD = 5000;
const FIRST = 1001;
const LAST = FIRST + CROWD - 1;
const PAGE = 50;
/** For each that a page could show. */
const FEW = 20;

const asks = (...allOf: Parameters<typeof permissions>) =>
  ({ kind: 'all-of', conditions: [permissions(...allOf)] }) as const satisfies Rule;
const rare = asks('user-read', 'audit-read');
const common = asks('roles-read');
const everybodys = asks('user-read');
const ended = asks('roles-write');

/** A page of the people of a route among thousands: whom it finds, and how many it looks at to find them. */
describe('the people of a route among thousands', () => {
  let site: Site;
  const database = () => site.app.get(Database);
  const emailOf = (id: number) => `crowd${id}@example.org`;

  beforeAll(async () => {
    site = await Site.start();
    const roles = site.app.get(RolesService);
    const make = (name: string, ...carried: string[]) =>
      roles.create(operator, { name, description: '', permissions: carried });
    await make('Everybody', 'user-read');
    await make('Auditor', 'audit-read');
    await make('Reader', 'roles-read');
    await make('Crowded', 'admin-write');
    await make('Gone', 'roles-write');
    await insertPeople();
    const everyId = Array.from({ length: CROWD }, (_, i) => FIRST + i);
    await give('Everybody', everyId);
    await give('Auditor', [FIRST + 2000, LAST - 1]);
    await give(
      'Reader',
      everyId.filter((id) => id % 3 === 0),
    );
    await give('Crowded', everyId.slice(3000, 3400));
    await give('Gone', everyId.slice(0, 2000), '2020-01-01 00:00:00.000');
    await give('Gone', [LAST]);
    if (isMysql) await site.database.change('ANALYZE TABLE users, grants');
  });
  afterAll(() => site.stop());

  it('a rare one finds them at once', async () => {
    const { people, next } = await site.app.get(AccessQuestions).whoMay(rare, { after: 0, count: PAGE });
    expect(people.map(({ email }) => email)).toEqual([superuser.email, emailOf(FIRST + 2000), emailOf(LAST - 1)]);
    expect(next).toBeNull();
  });

  it.each<[string, Parameters<typeof possibleAudienceOf>[1], number]>([
    ['a rare one', rare, 0],
    ['a rare one, far on', rare, LAST - 1000],
    ['a common one', common, 0],
    ['a common one, far on', common, LAST - 1000],
    ['one that everybody may use', everybodys, FIRST + 100],
    ['one that none of the first thousands may use any longer', ended, 0],
    ['one whose people came all at once', asks('admin-write'), 0],
  ])('%s looks at few for each that it shows', async (_case, rule, after) => {
    expect(await costOf((manager) => possibleAudienceOf(manager, rule, { after, count: PAGE }))).toBeLessThan(
      PAGE * FEW,
    );
  });

  it('each is found once, page by page, also where they came all at once or the grants of many have ended', async () => {
    expect(await walk(asks('admin-write'))).toEqual([
      superuser.email,
      ...Array.from({ length: 400 }, (_, i) => emailOf(FIRST + 3000 + i)),
    ]);
    expect(await walk(ended)).toEqual([superuser.email, emailOf(LAST)]);
    expect(await walk(common)).toHaveLength(1 + Math.floor(LAST / 3) - Math.floor((FIRST - 1) / 3));
  });

  it('nobody is left out, and no more is read, where a counter is wrong', async () => {
    for (const wrong of [0, 1_000_000]) {
      await site.database.change(`UPDATE roles SET holders = ${wrong} WHERE name IN ('Auditor', 'Crowded', 'Reader')`);
      expect(await walk(rare)).toEqual([superuser.email, emailOf(FIRST + 2000), emailOf(LAST - 1)]);
      expect(await walk(asks('admin-write'))).toHaveLength(401);
      expect(await costOf((manager) => possibleAudienceOf(manager, common, { after: 0, count: PAGE }))).toBeLessThan(
        PAGE * FEW,
      );
    }
  });

  async function walk(rule: Parameters<AccessQuestions['whoMay']>[0]): Promise<string[]> {
    const found: string[] = [];
    for (let after: number | null = 0, pages = 0; after !== null && pages < 200; pages++) {
      const page: Awaited<ReturnType<AccessQuestions['whoMay']>> = await site.app
        .get(AccessQuestions)
        .whoMay(rule, { after, count: PAGE });
      found.push(...page.people.map(({ email }) => email));
      after = page.next;
    }
    return found;
  }

  /** How many rows the engine reads; SQLite counts none, so there it is what its plans promise. */
  async function costOf(work: (manager: EntityManager) => Promise<unknown>): Promise<number> {
    return database().read.transaction(async (manager) => {
      if (!isMysql) return rowsPromised(manager, work);
      const before = await rowsRead(manager);
      await work(manager);
      return (await rowsRead(manager)) - before;
    });
  }

  async function rowsRead(manager: EntityManager): Promise<number> {
    const rows: { Value: string }[] = await manager.query(
      "SHOW SESSION STATUS WHERE Variable_name IN ('Handler_read_key', 'Handler_read_next', 'Handler_read_rnd_next')",
    );
    return rows.reduce((sum, { Value }) => sum + Number(Value), 0);
  }

  /** Everything that is read of the grants is in the range of an index, and comes up to a limit. */
  async function rowsPromised(manager: EntityManager, work: (manager: EntityManager) => Promise<unknown>) {
    const asked = jest.spyOn(manager, 'query');
    await work(manager);
    const statements = asked.mock.calls.filter(([sql]) => sql.includes('FROM grants'));
    asked.mockRestore();
    let rows = 0;
    for (const [sql, values] of statements as [string, number[]][]) {
      const plan: { detail: string }[] = await manager.query(`EXPLAIN QUERY PLAN ${sql}`, values);
      expect(plan.map(({ detail }) => detail)).toEqual([
        'SEARCH grants USING COVERING INDEX grants_role_user (role_id=? AND user_id>? AND user_id<?)',
      ]);
      rows += (await manager.query<unknown[]>(sql, values)).length;
    }
    return rows;
  }

  async function insertPeople(): Promise<void> {
    const rows = Array.from(
      { length: CROWD },
      (_, i) => `(${FIRST + i}, '${emailOf(FIRST + i)}', '', '', 1, 'crowd-${i}', '2026-01-01 00:00:00.000')`,
    );
    await site.database.change(
      `INSERT INTO users (id, email, name, password_hash, active, access_version, created_at) VALUES ${rows.join()}`,
    );
    await site.database.change(
      `UPDATE access_state SET people = people + ${CROWD}, active_people = active_people + ${CROWD}`,
    );
  }

  async function give(role: string, ids: readonly number[], until: string | null = null): Promise<void> {
    const [row] = await site.database.query<{ id: number }>(`SELECT id FROM roles WHERE name = '${role}'`);
    const rows = ids.map(
      (id) => `(${id}, ${row!.id}, '2019-01-01 00:00:00.000', ${until === null ? 'NULL' : `'${until}'`})`,
    );
    await site.database.change(`INSERT INTO grants (user_id, role_id, granted_at, ends_at) VALUES ${rows.join()}`);
    await site.database.change(`UPDATE roles SET holders = holders + ${ids.length} WHERE id = ${row!.id}`);
  }
});
