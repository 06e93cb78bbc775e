import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { SignInEvents } from '../src/audit/sign-in-events';
import { READER } from '../src/database/database';
import { MailWorker } from '../src/mail/mail-worker';
import { isMysql } from './support/database';
import { holder } from './support/holder';
import { OperatorProcess } from './support/processes';
import { Obedience } from './support/random-steps';
import { Site, testEnvironment } from './support/site';

let site: Site;
beforeAll(async () => (site = await Site.start()));
afterAll(() => site.stop());

describe('who somebody is, and what they may,', () => {
  // Mails are looked for at any moment: that would be counted with what a page asks.
  beforeAll(() => site.app.get(MailWorker).beforeApplicationShutdown());

  interface Statement {
    sql: string;
    parameters: unknown[];
  }

  const connections = () => [
    site.app.get<DataSource>(getDataSourceToken()),
    site.app.get<DataSource>(getDataSourceToken(READER)),
  ];

  async function statementsOf(work: () => Promise<unknown>): Promise<Statement[]> {
    // What is written now and then would be counted with what is asked.
    await site.app.get(SignInEvents).flush();
    const asked: Statement[] = [];
    const spies = connections().map(({ logger }) =>
      jest.spyOn(logger, 'logQuery').mockImplementation((sql, parameters) => {
        asked.push({ sql, parameters: (parameters as unknown[] | undefined) ?? [] });
      }),
    );
    await work();
    spies.forEach((spy) => spy.mockRestore());
    return asked;
  }

  /** How the engine comes to the rows, a word for each table. */
  async function waysOf({ sql, parameters }: Statement): Promise<string[]> {
    const [, reader] = connections();
    if (isMysql) return (await reader!.query<{ type: string }[]>(`EXPLAIN ${sql}`, parameters)).map(({ type }) => type);
    const plan = await reader!.query<{ detail: string }[]>(`EXPLAIN QUERY PLAN ${sql}`, parameters);
    return plan.map(({ detail }) => detail.split(' ')[0]!);
  }

  /** A page that asks the database nothing itself. */
  const readsNothing = '/account/password';

  it('costs one read by indexes while it stands as it was, and nothing for a visitor', async () => {
    const { person } = await holder(site, ['User']);
    const open = async () => expect((await person.get(readsNothing)).status).toBe(200);
    await open();
    const statements = await statementsOf(open);
    expect(statements.map(({ sql }) => sql)).toEqual([expect.stringContaining('sessions')]);
    for (const way of await waysOf(statements[0]!)) expect(isMysql ? ['const', 'eq_ref'] : ['SEARCH']).toContain(way);
    expect(await statementsOf(() => site.visitor().get('/'))).toEqual([]);
  });

  it('is read anew once after another process changed it', async () => {
    const { id, person } = await holder(site, ['User']);
    const [{ email }] = (await site.database.query<{ email: string }>(`SELECT email FROM users WHERE id = ${id}`)) as [
      { email: string },
    ];
    await person.get(readsNothing);
    const operator = await OperatorProcess.start(testEnvironment(site.database.url));
    expect(await operator.order('grants.give', email, 'Admin')).toBe('done');
    operator.stop();
    const counts = [];
    for (let i = 0; i < 3; i++) counts.push((await statementsOf(() => person.get(readsNothing))).length);
    expect(counts).toEqual([3, 1, 1]);
  });
});

// The last: it leaves roles with other permissions than they begin with.
describe('what one process changes', () => {
  let obedience: Obedience;
  beforeAll(async () => (obedience = await Obedience.start(site)), 300_000);
  afterAll(() => obedience.stop());

  it('is obeyed by others at the next request, after each of 15 random steps', async () => {
    await obedience.expectAfter(15);
    expect(Math.min(...Object.values(obedience.seen))).toBeGreaterThan(0);
  }, 300_000);
});
