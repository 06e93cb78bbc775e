import { existsSync } from 'node:fs';
import { emptyDatabase, isMysql, type TestDatabase } from './support/database';
import { Person } from './support/person';
import { cli, SiteProcess } from './support/processes';

const strong = {
  NODE_ENV: 'production',
  APP_URL: 'http://localhost',
  BCRYPT_COST: '10',
  SESSION_SECRET: 'Yb0pKx3n1VdQ5rTgWm8uJc7sZa2eLh9f',
  SECURITY_PASSWORD_SALT: 'q6PzX1vRk8Nw3yTbE5hMj0uGd7sCa4Lf',
  SUPERUSER_ID: 'boss@example.org',
  SUPERUSER_PASSWORD: 'tulip kettle ferry',
};
const repeated = 'ship-it-on-monday-ship-it-on-monday-';
const weak = {
  ...strong,
  SESSION_SECRET: repeated,
  SECURITY_PASSWORD_SALT: repeated,
  SUPERUSER_ID: 'admin@fakesite.com',
  SUPERUSER_PASSWORD: 'root1234',
};
const told = [
  expect.stringMatching(/^SESSION_SECRET: repeats itself; make your own/),
  expect.stringMatching(/^SECURITY_PASSWORD_SALT: is the same as SESSION_SECRET; /),
  expect.stringMatching(/^SUPERUSER_ID: is the default address/),
  expect.stringMatching(/^SUPERUSER_PASSWORD: is .*; choose another/),
] as string[];

describe('settings that others could guess', () => {
  let database: TestDatabase;
  const sites: SiteProcess[] = [];
  beforeAll(async () => {
    database = await emptyDatabase();
  });
  afterEach(() => Promise.all(sites.splice(0).map((site) => site.signal('SIGKILL'))));
  afterAll(() => database.drop());

  function start(environment: Record<string, string>): SiteProcess {
    const site = new SiteProcess({ ...environment, DATABASE_URL: database.url });
    sites.push(site);
    return site;
  }
  const mfo = (words: string, environment: Record<string, string>) =>
    cli({ ...environment, DATABASE_URL: database.url }, words.split(' '));
  const withoutValues = (output: string) => {
    for (const value of [repeated, weak.SUPERUSER_PASSWORD]) expect(output).not.toContain(value);
  };
  /** The tables of the server, or whether there is a file. */
  const made = async () =>
    isMysql
      ? database.query('SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()')
      : existsSync(database.url.replace('sqlite:', ''))
        ? ['a file']
        : [];

  it('begin no installation: one line each, and nothing is made', async () => {
    for (const ended of [await start(weak).ended, await mfo('seed', weak)]) {
      expect([ended.code, ended.stdout]).toEqual([1, '']);
      expect(ended.stderr.trim().split('\n')).toEqual(told);
      withoutValues(ended.stderr);
      expect(await made()).toEqual([]);
    }
  });

  it('are told by the doctor, who needs no database and makes none', async () => {
    const { code, stdout, stderr } = await mfo('doctor', weak);
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout.trim().split('\n')).toEqual(told);
    withoutValues(stdout);
    expect(await mfo('doctor', strong)).toEqual({ code: 0, stdout: 'Nothing to mend.\n', stderr: '' });
    expect(await made()).toEqual([]);
  });

  it('stop no installation that runs already: each start warns once of each', async () => {
    const before = start({ ...weak, NODE_ENV: 'development' });
    await before.origin();
    await before.signal('SIGTERM');
    for (let starts = 0; starts < 2; starts++) {
      const site = start(weak);
      const person = new Person(await site.origin());
      expect((await person.signIn(weak.SUPERUSER_ID, weak.SUPERUSER_PASSWORD)).status).toBe(303);
      await site.says(/SUPERUSER_PASSWORD: is/);
      const { stdout } = await site.signal('SIGTERM');
      const warnings = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { level: string; message: unknown; context?: string })
        .filter(({ level, context }) => level === 'warn' && context === 'Settings');
      expect(warnings.map(({ message }) => message)).toEqual(told);
      withoutValues(stdout);
    }
    expect((await mfo('doctor', weak)).stdout.trim().split('\n')).toEqual(told);
    const seeded = await mfo('seed', weak);
    expect([seeded.code, seeded.stdout]).toEqual([0, 'The database is up to date.\n']);
    expect(seeded.stderr.trim().split('\n')).toEqual(told);
  });
});
