import * as fc from 'fast-check';
import { createConnection, type Connection } from 'mysql2/promise';
import type { Logger } from 'typeorm';
import { counts } from '../src/access/holdings';
import { operator } from '../src/audit/actor';
import { Database } from '../src/database/database';
import type { Cursor } from '../src/directory/directory-cursor';
import { directoryOrders, type DirectoryOrder, type DirectoryQuery } from '../src/directory/directory-plan';
import { MOST_COUNTED, UserCounts } from '../src/directory/user-counts.service';
import { UserDirectory } from '../src/directory/user-directory.service';
import { Grant } from '../src/roles/grant.entity';
import { RolesService } from '../src/roles/roles.service';
import { isFoundBy, searchKey, searchWords } from '../src/text/search-words';
import { User } from '../src/users/user.entity';
import { crowd } from './support/crowd';
import { isMysql } from './support/database';
import { Site } from './support/site';

const DAY = 24 * 60 * 60_000;
const PAGE = 50;
const PEOPLE = 3000;
/** Held by one in so many. */
const made = { Crew: 4, Keeper: 20, Rare: 300 };

interface Search extends Omit<DirectoryQuery, 'role'> {
  role?: string | undefined;
}

const choices = {
  search: [
    undefined,
    'an',
    'JOSE',
    'josé ñ',
    'p1',
    'p12',
    'p1.',
    'zed@',
    'abel',
    'ñu',
    'example.org',
    '%',
    '_',
    "'",
    'nobody at all',
    '\u0301',
  ],
  role: [undefined, 'User', ...Object.keys(made)],
  state: [{}, { active: true }, { active: false }, { isUnconfirmed: true }],
  days: [undefined, 30, 98],
};

describe('the list of people', () => {
  let site: Site;
  let directory: UserDirectory;
  let everybody: User[];
  let roles: Map<string, { id: number; holders: number }>;
  let grants: Map<string, Grant>;

  beforeAll(async () => {
    site = await Site.start();
    directory = site.app.get(UserDirectory);
    for (const name of Object.keys(made))
      await site.app.get(RolesService).create(operator, { name, description: '', permissions: [] });
    await crowd(site, PEOPLE, made);
    const { read } = site.app.get(Database);
    everybody = await read.find(User);
    roles = new Map((await site.app.get(RolesService).all()).map((role) => [role.name, role]));
    grants = new Map((await read.find(Grant)).map((grant) => [`${grant.userId} ${grant.roleId}`, grant]));
  }, 120_000);
  afterAll(() => site.stop());

  const queryOf = ({ role, ...search }: Search): DirectoryQuery => ({
    ...search,
    role: role ? roles.get(role) : undefined,
  });

  /** As a plain look through all of them finds them. */
  function fits(user: User, { search, role, active, isUnconfirmed, idleSince }: Search): boolean {
    const grant = role === undefined ? undefined : grants.get(`${user.id} ${roles.get(role)!.id}`);
    return (
      (role === undefined || (grant !== undefined && counts(grant, new Date()))) &&
      (active === undefined || user.active === active) &&
      (!isUnconfirmed || user.emailConfirmedAt === null) &&
      (idleSince === undefined || user.lastSignInAt === null || user.lastSignInAt < idleSince) &&
      (search === undefined || searchWords(user).some((word) => isFoundBy(word, searchKey(search))))
    );
  }

  async function walk(query: DirectoryQuery, size: number): Promise<number[]> {
    const ids: number[] = [];
    for (let after: Cursor | undefined; ;) {
      const { people, next } = await directory.page(query, size, after);
      ids.push(...people.map(({ id }) => id));
      if (!next) return ids;
      after = next;
    }
  }

  const searches: fc.Arbitrary<Search> = fc
    .record({
      search: fc.constantFrom(...choices.search),
      role: fc.constantFrom(...choices.role),
      state: fc.constantFrom<Pick<Search, 'active' | 'isUnconfirmed'>>(...choices.state),
      idleSince: fc.constantFrom(...choices.days).map((days) => (days ? new Date(Date.now() - days * DAY) : undefined)),
      order: fc.constantFrom(...directoryOrders),
    })
    .map(({ state, ...search }) => ({ ...search, ...state }));

  it('has on its pages everybody who is searched for, once, whatever the order and the size of a page', async () => {
    await fc.assert(
      fc.asyncProperty(searches, fc.constantFrom(50, 171, 400), async (search, size) => {
        const ids = await walk(queryOf(search), size);
        const expected = everybody.filter((user) => fits(user, search)).map(({ id }) => id);
        expect([...ids].sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b));
      }),
      { numRuns: 40 },
    );
  }, 300_000);

  it('is counted up to a thousand, or not at all', async () => {
    const counts = site.app.get(UserCounts);
    const uncounted: Search[] = [];
    await fc.assert(
      fc.asyncProperty(searches, async (search) => {
        const count = await counts.of(queryOf(search));
        const expected = everybody.filter((user) => fits(user, search)).length;
        const { search: words, role, isUnconfirmed, idleSince } = search;
        const isWhole = [words, role, isUnconfirmed, idleSince].every((part) => part === undefined);
        const isMore = !isWhole && expected > MOST_COUNTED;
        if (count) expect(count).toEqual({ people: isMore ? MOST_COUNTED : expected, isMore });
        else uncounted.push(search);
      }),
      { numRuns: 200 },
    );
    // One filter is counted, unless the search ends with a word or has none.
    const filtersOf = ({ search, role, active, isUnconfirmed, idleSince }: Search) =>
      [search, role, active, isUnconfirmed, idleSince].filter((one) => one !== undefined).length;
    for (const search of uncounted) if (filtersOf(search) < 2) expect(search.search).toMatch(/^(p1\.|zed@|josé ñ)$/);
  }, 120_000);

  it('begins with the first of them', async () => {
    for (const search of [{ search: 'an' }, { role: 'Crew' }, { active: false }] as Search[]) {
      const query = queryOf({ ...search, order: 'newest' });
      expect(await directory.first(query, 70)).toEqual((await directory.page(query, 70)).people.map(({ id }) => id));
    }
  });

  it('is exported whole', async () => {
    const search: Search = { search: 'p1', active: true, order: 'newest' };
    const ids: number[] = [];
    for await (const page of directory.all(queryOf(search), 100)) ids.push(...page.map(({ id }) => id));
    const expected = everybody.filter((user) => fits(user, search)).map(({ id }) => id);
    expect(ids.sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b));
  });

  /** Text by its bytes, as both engines compare it. */
  const textual = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));
  const moment = ({ lastSignInAt }: User) => lastSignInAt?.getTime() ?? -1;
  const inOrder: Record<DirectoryOrder, (one: User, other: User) => number> = {
    newest: (one, other) => other.id - one.id,
    oldest: (one, other) => one.id - other.id,
    address: (one, other) => textual(one.email, other.email),
    'address-down': (one, other) => textual(other.email, one.email),
    'last-sign-in': (one, other) => moment(other) - moment(one) || other.id - one.id,
    'longest-away': (one, other) => moment(one) - moment(other) || one.id - other.id,
  };

  it.each(directoryOrders)('stands in the order %s, the same on both engines', async (order) => {
    for (const active of [undefined, true, false]) {
      const expected = everybody.filter((user) => fits(user, { active, order })).sort(inOrder[order]);
      expect(await walk({ active, order }, 400)).toEqual(expected.map(({ id }) => id));
    }
  });

  describe('reads', () => {
    let connection: Connection | undefined;
    beforeAll(async () => {
      if (!isMysql) return;
      connection = await createConnection({ uri: site.database.url, timezone: 'Z', charset: 'utf8mb4' });
      await connection.query('ANALYZE TABLE users, user_words, grants, roles');
    });
    afterAll(() => connection?.end());

    interface Read {
      sql: string;
      parameters: unknown[];
    }

    async function readsOf(work: () => Promise<unknown>): Promise<Read[]> {
      const source = site.app.get(Database).read.dataSource;
      const [reads, before] = [[] as Read[], source.logger];
      const ignore = () => undefined;
      const recorder: Logger = {
        logQuery: (sql, parameters: unknown[] = []) => void reads.push({ sql, parameters }),
        logQueryError: ignore,
        logQuerySlow: ignore,
        logSchemaBuild: ignore,
        logMigration: ignore,
        log: ignore,
      };
      source.logger = recorder;
      try {
        await work();
      } finally {
        source.logger = before;
      }
      return reads;
    }

    /** How many rows the server went through for them. */
    async function rowsRead(reads: Read[]): Promise<number> {
      await connection!.query('FLUSH STATUS');
      for (const { sql, parameters } of reads) await connection!.query(sql, parameters);
      const [rows] = await connection!.query("SHOW SESSION STATUS LIKE 'Handler_read%'");
      return (rows as { Value: string }[]).reduce((sum, { Value }) => sum + Number(Value), 0);
    }

    async function ensureRead(reads: Read[], most: number): Promise<void> {
      const rows = await rowsRead(reads);
      expect([reads.map(({ sql }) => sql.slice(-80)), rows > most ? rows : most]).toEqual([expect.anything(), most]);
    }

    /** On SQLite each read goes along an index, and nothing is sorted. */
    async function ensureIndexed(reads: Read[]): Promise<void> {
      for (const { sql, parameters } of reads) {
        const { read } = site.app.get(Database);
        const plan: { detail: string }[] = await read.query(`EXPLAIN QUERY PLAN ${sql}`, parameters);
        const steps = plan.map(({ detail }) => detail);
        const isGood = (step: string) =>
          /^SEARCH /.test(step) || (/^SCAN u( USING (COVERING )?INDEX|$)/.test(step) && /LIMIT/.test(sql));
        expect({ sql, bad: steps.filter((step) => !isGood(step)) }).toEqual({ sql, bad: [] });
      }
    }

    const all: Search[] = choices.search.flatMap((search) =>
      choices.role.flatMap((role) =>
        choices.state.flatMap((state) =>
          choices.days.flatMap((days) =>
            directoryOrders.map((order) => ({
              search,
              role,
              ...state,
              idleSince: days ? new Date(Date.now() - days * DAY) : undefined,
              order,
            })),
          ),
        ),
      ),
    );

    it('at most 20 rows for each that a page can show, whatever is searched for', async () => {
      for (const search of all.filter((_, i) => i % 7 === 0)) {
        const reads = await readsOf(async () => {
          const { next } = await directory.page(queryOf(search), PAGE);
          if (next) await directory.page(queryOf(search), PAGE, next);
        });
        if (!isMysql) await ensureIndexed(reads);
        else await ensureRead(reads, 2 * 20 * PAGE);
      }
    }, 300_000);

    it('at most so many rows as it counts, twice, to count them', async () => {
      for (const search of all) {
        const reads = await readsOf(() => site.app.get(UserCounts).of(queryOf(search)));
        if (isMysql) await ensureRead(reads, 4 * MOST_COUNTED + 10);
        else expect(reads.length).toBeLessThan(3);
      }
    }, 120_000);

    it('at most 20 rows for each that is shown, where one index has the answer', async () => {
      const plain = all.filter(
        ({ search, role, isUnconfirmed, idleSince }) =>
          search === undefined && (role === undefined || role === 'User') && !(isUnconfirmed && idleSince),
      );
      for (const search of plain) {
        let shown = 0;
        const reads = await readsOf(async () => {
          shown = (await directory.page(queryOf(search), PAGE)).people.length;
        });
        if (isMysql) await ensureRead(reads, 20 * Math.max(shown, 5));
        else expect(reads.length).toBeLessThan(12);
      }
    }, 120_000);
  });
});
