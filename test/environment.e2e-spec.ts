import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyDatabase, type TestDatabase } from './support/database';
import { developersInstallation, type Installation } from './support/installation';
import { Program } from './support/processes';
import { testEnvironment } from './support/site';

/** The programs as processes of their own, in a folder with a `.env` of its own. */
describe('the process environment and .env', () => {
  let installation: Installation;
  let database: TestDatabase;
  const started: Program[] = [];

  beforeAll(async () => {
    [installation, database] = [await developersInstallation(), await emptyDatabase()];
  });
  afterEach(() => Promise.all(started.splice(0).map((program) => program.signal('SIGKILL'))));
  afterAll(async () => {
    await installation.remove();
    await database.drop();
  });

  const inFolder = (name: string) => join(installation.folder, name);

  async function write(variables: Record<string, string>): Promise<void> {
    const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
    await rm(inFolder('.env'), { recursive: true, force: true });
    await writeFile(inFolder('.env'), lines.join(''));
  }

  function run(program: string, words: string[], environment: Record<string, string>): Program {
    const process = new Program(program, words, environment, installation.folder);
    started.push(process);
    return process;
  }

  const programs: [name: string, program: string, words: string[]][] = [
    ['the site', 'dist/main.js', []],
    ['npm start', 'scripts/start.mjs', []],
    ['the command line', 'dist/cli.js', ['users', 'list']],
  ];

  it.each(programs)('%s stays in the production of .env beside an empty NODE_ENV', async (_name, program, words) => {
    await write({
      ...testEnvironment(database.url),
      NODE_ENV: 'production',
      SESSION_SECRET: 'changeme',
      SECURITY_PASSWORD_SALT: 'example',
    });
    for (const NODE_ENV of ['', '  ', '\r']) {
      const { code, stdout, stderr } = await run(program, words, { NODE_ENV }).ended;
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/^SESSION_SECRET: is a published example/m);
      expect(stderr).toMatch(/^SECURITY_PASSWORD_SALT: is a published example/m);
    }
  });

  it('are read alike by site and command line, whatever ends a value', async () => {
    await write({
      ...testEnvironment(`${database.url}\r`),
      NODE_ENV: 'development',
      HOST: '  ',
      APP_NAME: '"Gig #1" # ours',
    });
    const site = run('dist/main.js', [], { DATABASE_URL: '', PORT: '0\r', LOG_LEVEL: ' info\u00a0' });
    const page = await fetch(await site.origin());
    expect(await page.text()).toContain('Gig #1');
    expect(site.stdout).toContain(`completed by ${inFolder('.env')}`);
    for (const url of ['', database.url, `${database.url}\r`, ` ${database.url}\u00a0`]) {
      const { stdout, stderr } = await run('dist/cli.js', ['users', 'list', '--json'], { DATABASE_URL: url }).ended;
      expect([stderr, (JSON.parse(stdout) as unknown[]).length]).toEqual(['', 1]);
    }
  });

  it('are those of the project, from whatever folder a command is run', async () => {
    await write({ ...testEnvironment(database.url), NODE_ENV: '' });
    await mkdir(inFolder('elsewhere'));
    const program = `process.chdir(${JSON.stringify(inFolder('elsewhere'))}); require(${JSON.stringify(inFolder('dist/cli.js'))})`;
    await writeFile(inFolder('from-elsewhere.cjs'), program);
    const { code, stderr } = await run('from-elsewhere.cjs', ['seed'], {}).ended;
    expect([code, stderr]).toEqual([0, '']);
  });

  describe.each(programs)('%s says in one line each', (_name, program, words) => {
    const failureOf = async (environment: Record<string, string> = {}) => {
      const { code, stdout, stderr } = await run(program, words, environment).ended;
      expect([code, stdout]).toEqual([1, '']);
      return stderr.trim().split('\n');
    };

    it('what is wrong in .env and beside it', async () => {
      await write({ ...testEnvironment(database.url), NODE_ENV: '', SUPERUSER_PASSWORD: 'correct-horse#1', PORT: 'x' });
      expect(await failureOf()).toEqual([
        expect.stringMatching(/^SUPERUSER_PASSWORD: has a # in \.env/),
        expect.stringMatching(/^PORT: must be a whole number/),
      ]);
    });

    it('that .env is a folder', async () => {
      await rm(inFolder('.env'), { force: true });
      await mkdir(inFolder('.env'));
      const [first, ...others] = await failureOf({ ...testEnvironment(database.url), NODE_ENV: 'development' });
      expect([first, others]).toEqual([expect.stringMatching(/^\.env: can't be read: EISDIR/), []]);
    });
  });
});
