import { join } from 'node:path';
import { DataSource, type QueryRunner } from 'typeorm';
import { AuditLog } from '../src/audit/audit-log.service';
import { AddAuditHead1768953600000 } from '../src/audit/migrations/1768953600000-add-audit-head';
import { AddAuditChain1767312000000 } from '../src/database/migrations/1767312000000-add-audit-chain';
import type { TestDatabase } from './support/database';
import { olderDatabase } from './support/older-database';
import { cli, cliProcess, SiteProcess } from './support/processes';
import { Site, testEnvironment } from './support/site';
import { faultOf } from './support/tampering';

describe('the audit log of a database from before the chain', () => {
  let database: TestDatabase;
  const environment = () => testEnvironment(database.url);
  const verify = () => cli(environment(), ['audit', 'verify']);
  const rows = () =>
    database.query<{ sequence: number; action: string; after: string | null; personal: string | null }>(
      'SELECT sequence, action, `after`, personal FROM audit_events ORDER BY sequence',
    );

  const people = ['ada', 'bob', 'cyd', 'dan'];
  /** As the older program wrote them: who it was within what was changed. A server skips the numbers of what was undone. */
  const events = [
    ...people.map(
      (name, i) =>
        `(${i + 1}, 'operator', 'user.create', 'user ${i + 1}', NULL, '{"email":"${name}@example.org","name":"${name}","active":true}')`,
    ),
    `(9, 'user 1', 'user.delete', 'user 2', '{"email":"bob@example.org","name":"bob","active":true}', NULL)`,
    `(10, 'user 1', 'role.create', 'role Crew', NULL, '{"name":"Crew"}')`,
  ].map((row) => row.replace(/^\((\d+)/, "($1, '2026-01-01 00:00:00.$1'"));

  beforeEach(async () => {
    database = await olderDatabase(AddAuditChain1767312000000);
    await database.change(
      `INSERT INTO audit_events (sequence, at, actor, action, subject, \`before\`, \`after\`) VALUES ${events.join(',')}`,
    );
  });
  afterEach(() => database.drop());

  it('is not verified before its database is brought up to date', async () => {
    for (const command of ['verify', 'head'])
      expect(await cli(environment(), ['audit', command])).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^The database .+ is not up to date\. Run "npm run seed" first\.\n$/) as string,
      });
  });

  it('is chained by the seed that does that, people apart', async () => {
    expect((await cli(environment(), ['seed'])).code).toBe(0);
    expect((await verify()).code).toBe(0);
    const after = await rows();
    expect(after.slice(0, 6)).toEqual([
      ...people.map((name, i) => ({
        sequence: i + 1,
        action: 'user.create',
        after: '{"active":true}',
        personal: `{"email":"${name}@example.org","name":"${name}"}`,
      })),
      { sequence: 9, action: 'user.delete', after: null, personal: '{"email":"bob@example.org","name":"bob"}' },
      { sequence: 10, action: 'role.create', after: '{"name":"Crew"}', personal: null },
    ]);
    const head = await cli(environment(), ['audit', 'head']);
    expect((await cli(environment(), ['seed'])).code).toBe(0);
    expect(await cli(environment(), ['audit', 'head'])).toEqual(head);
  });

  it('is chained by the next start where one was killed at any of its statements', async () => {
    const die = `--import=${join(__dirname, 'support/die-at-statement.mjs')}`;
    for (const statement of [8, 20, 24, 28, 33, 50]) {
      const killed = { NODE_OPTIONS: die, DIE_AT_STATEMENT: `${statement},after` };
      expect((await cliProcess({ ...environment(), ...killed }, ['seed'])).code).toBeNull();
    }
    expect((await cli(environment(), ['seed'])).code).toBe(0);
    const { code, stdout } = await verify();
    expect([code, stdout.includes('is whole')]).toEqual([0, true]);
  });

  const unchained = [
    'UPDATE audit_events SET previous_hash = NULL, hash = NULL',
    "UPDATE audit_events SET actor = 'user 3' WHERE sequence = 9",
  ];
  it.each([
    ['its head and hashes are gone', ['UPDATE audit_head SET sequence = NULL, hash = NULL']],
    [
      'its migration seems never to have run',
      [
        'UPDATE audit_head SET sequence = NULL, hash = NULL',
        "DELETE FROM migrations WHERE name = 'AddAuditChain1767312000000'",
      ],
    ],
    [
      'no migration seems to have run since',
      ['UPDATE audit_head SET sequence = NULL, hash = NULL', 'DELETE FROM migrations'],
    ],
    [
      'its migration seems never to have run, and the table of the head is gone',
      [
        'DROP TABLE audit_head',
        "DELETE FROM migrations WHERE name IN ('AddAuditChain1767312000000', 'audit/AddAuditHead1768953600000')",
      ],
    ],
  ])('is not chained a second time where %s', async (_case, sql) => {
    expect((await cli(environment(), ['seed'])).code).toBe(0);
    for (const statement of [...unchained, ...sql]) await database.change(statement);
    expect((await cli(environment(), ['seed'])).code).toBe(0);
    const site = new SiteProcess(environment());
    try {
      const visitor = await site.visitor();
      expect((await visitor.register('new@example.org', 'a password of a user')).status).toBe(303);
      expect(site.stderr).toContain('audit log broken');
    } finally {
      await site.signal('SIGTERM');
    }
    expect(await verify()).toEqual({
      code: 1,
      stdout: '',
      stderr: 'The audit log is broken at event 1: it was altered or inserted.\n',
    });
  });
});

describe('the head of an audit log that stood beside the lock', () => {
  let site: Site;
  beforeAll(async () => {
    site = await Site.start();
  });
  afterAll(() => site.stop());

  /** Runs the migration, and fails it behind so many of its statements. @returns whether it came that far */
  async function failBehind(runner: QueryRunner, statements: number): Promise<boolean> {
    let left = statements;
    const query = runner.query.bind(runner) as (...parameters: unknown[]) => Promise<unknown>;
    jest.spyOn(runner, 'query').mockImplementation((...parameters: unknown[]) => {
      left -= 1;
      return left < 0 ? Promise.reject(new Error('killed')) : query(...parameters);
    });
    try {
      await new AddAuditHead1768953600000().up(runner);
      return false;
    } catch (error) {
      expect(String(error)).toContain('killed');
      return true;
    } finally {
      jest.restoreAllMocks();
    }
  }

  it('comes along from whichever step a killed start had come to, and goes back', async () => {
    const migration = new AddAuditHead1768953600000();
    const runner = site.app.get(DataSource).createQueryRunner();
    const head = await site.app.get(AuditLog).head();
    let isKilled = true;
    for (let statements = 0; isKilled; statements++) {
      await migration.down(runner);
      expect(
        await site.database.query('SELECT audit_sequence AS sequence, audit_hash AS hash FROM access_state'),
      ).toEqual([head]);
      isKilled = await failBehind(runner, statements);
      await migration.up(runner);
      expect([statements, await faultOf(site)]).toEqual([statements, 'none']);
      expect(await site.app.get(AuditLog).head()).toEqual(head);
      expect((await runner.dataSource.driver.createSchemaBuilder().log()).upQueries).toEqual([]);
    }
    await runner.release();
  });
});
