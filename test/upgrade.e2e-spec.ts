import { symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isMysql } from './support/database';
import { developersInstallation, type Installation } from './support/installation';
import { Person } from './support/person';
import { Program } from './support/processes';
import { databaseOfVersion, type EarlierInstallation } from './support/versions';

/** What ends by itself is removed in time. */
const passing = ['sessions', 'rate_limits', 'password_links'];

describe('an installation of version 0.1 under today’s program, with no setting changed,', () => {
  let earlier: EarlierInstallation;
  let installation: Installation;
  let site: Program;
  let rowsBefore: Record<string, number>;

  async function rows(): Promise<Record<string, number>> {
    const tables = await earlier.database.query<{ name: string }>(
      isMysql
        ? 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()'
        : "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    );
    const counted = tables.map(async ({ name }) => {
      const [row] = await earlier.database.query<{ n: number }>(`SELECT COUNT(*) AS n FROM ${name}`);
      return [name, row!.n] as const;
    });
    return Object.fromEntries(await Promise.all(counted));
  }

  /** A command of the installation, in its folder. */
  const command = (...words: string[]) => new Program('dist/cli.js', words, {}, installation.folder).ended;

  beforeAll(async () => {
    earlier = await databaseOfVersion('0.1');
    installation = await developersInstallation();
    rowsBefore = await rows();
    const { url } = earlier.database;
    if (isMysql) earlier.envFile += `\nDATABASE_URL=${url}\n`;
    else await symlink(dirname(url.replace('sqlite:', '')), join(installation.folder, 'data'));
    await writeFile(join(installation.folder, '.env'), earlier.envFile, { mode: 0o600 });
  });
  afterAll(async () => {
    await site?.signal('SIGKILL');
    await installation.remove();
    await earlier.database.drop();
  });

  it('is told by a command to run seed first', async () => {
    const { code, stderr } = await command('users', 'list');
    const isBehind = code === 1;
    expect(isBehind ? stderr : 'up to date').toMatch(/Run "npm run seed" first|up to date/);
    expect(await rows()).toEqual(rowsBefore);
  });

  it('starts, is brought up to date and loses no row', async () => {
    site = new Program('scripts/start.mjs', [], { PORT: '0' }, installation.folder);
    const visitor = new Person(await site.origin());
    expect((await visitor.get('/health/ready')).status).toBe(200);
    const after = await rows();
    for (const [table, count] of Object.entries(rowsBefore).filter(([name]) => !passing.includes(name)))
      expect({ table, isThere: (after[table] ?? 0) >= count }).toEqual({ table, isThere: true });
    expect(after.users).toBe(rowsBefore.users);
  });

  it('signs everybody in who could sign in, and nobody else', async () => {
    const origin = await site.origin();
    for (const { email, password, signsIn } of earlier.accounts) {
      const { status } = await new Person(origin).signIn(email, password);
      expect([email, status]).toEqual([email, signsIn ? 303 : 401]);
    }
  });

  it('lets in whom it let in, and refuses whom it refused', async () => {
    const origin = await site.origin();
    const mayAdminister = ['admin@fakesite.com', 'by.operator@example.org', 'jose@example.org'];
    for (const email of [...mayAdminister, 'plain@example.org', 'emoji@example.org', 'bidi@example.org']) {
      const person = new Person(origin);
      await person.signIn(email, earlier.accounts.find((account) => account.email === email)!.password);
      expect([email, (await person.get('/admin')).status]).toEqual([email, mayAdminister.includes(email) ? 200 : 403]);
    }
  });

  it('has a whole audit log', async () => {
    expect(await command('audit', 'verify')).toMatchObject({ code: 0, stderr: '' });
  });
});
