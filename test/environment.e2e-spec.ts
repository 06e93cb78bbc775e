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

  it('are not silent about a name that is misspelt, and let those of other programs be', async () => {
    const misspelt = { TRUST_PROXI: '127.0.0.1', Registraton: 'closed', LOGLEVEL: 'warn' };
    const others = { HOME: '/', MAIL_URL: 'smtp://localhost', SECURITY_PASSWORD_HASH: 'bcrypt', COMPOSE_FILE: 'x' };
    const told = [
      'TRUST_PROXI: is in .env, but is no setting. Did you mean TRUST_PROXY?',
      'Registraton: is in .env, but is no setting. Did you mean REGISTRATION?',
      'LOGLEVEL: is in .env, but is no setting. Did you mean LOG_LEVEL?',
    ];
    const settings: Record<string, string> = {
      ...testEnvironment(database.url),
      NODE_ENV: 'development',
      LOG_LEVEL: 'info',
      PORT: '0',
    };
    const { SESSION_SECRET, ...withoutSecret } = settings;

    await write({ ...settings, ...misspelt, ...others });
    const site = run('dist/main.js', [], {});
    await site.origin();
    const log = (await site.signal('SIGTERM')).stdout;
    expect(log.match(/\w+: is in \.env, but .*/g)).toEqual(told);
    const doctor = await run('dist/cli.js', ['doctor'], {}).ended;
    expect([doctor.code, doctor.stdout.trim().split('\n')]).toEqual([1, told]);
    const seed = await run('dist/cli.js', ['seed'], {}).ended;
    expect([seed.code, seed.stderr.trim().split('\n')]).toEqual([0, told]);
    expect(await run('dist/cli.js', ['users', 'list'], {}).ended).toMatchObject({ code: 0, stderr: '' });

    await write({ ...withoutSecret, SESION_SECRET: SESSION_SECRET!, ...others });
    const failed = await run('dist/main.js', [], {}).ended;
    expect([failed.code, failed.stderr.trim().split('\n')]).toEqual([
      1,
      [
        expect.stringMatching(/^SESSION_SECRET: is required/),
        'SESION_SECRET: is in .env, but is no setting. Did you mean SESSION_SECRET?',
      ],
    ]);
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
