import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { emptyDatabase, isMysql, type TestDatabase } from './support/database';
import { developersInstallation, type Installation } from './support/installation';
import { Person } from './support/person';
import { Program } from './support/processes';

const email = 'admin@fakesite.com';

/** An installation that was begun with `npm start`, and what becomes of it when its `.env` is lost. */
describe('an installation whose .env is lost', () => {
  let installation: Installation;
  let database: TestDatabase;
  let url: Record<string, string>;
  let kept: string;
  let password: string;
  const started: Program[] = [];

  const inFolder = (name: string) => join(installation.folder, name);
  const rows = async () => [
    await database.query('SELECT id, email, password_hash FROM users'),
    await database.query('SELECT sequence, hash FROM audit_events'),
    await database.query('SELECT key_mark, hash FROM access_state, audit_head'),
  ];

  function run(program: string, words: string[], environment: Record<string, string> = {}): Program {
    const process = new Program(
      program,
      words,
      { PORT: '0', BCRYPT_COST: '4', ...url, ...environment },
      installation.folder,
    );
    started.push(process);
    return process;
  }

  async function failureOf(program: string, words: string[], environment: Record<string, string> = {}) {
    const before = await rows();
    const { code, stdout, stderr } = await run(program, words, environment).ended;
    expect([code, stdout]).toEqual([1, '']);
    expect(await rows()).toEqual(before);
    expect(stderr).toMatch(/^.+\n$/);
    expect(stderr).not.toMatch(/\bat .*:\d+/);
    return stderr;
  }

  beforeAll(async () => {
    [installation, database] = [await developersInstallation(), await emptyDatabase()];
    url = { DATABASE_URL: database.url };
    const first = run('scripts/start.mjs', []);
    await first.origin();
    await first.signal('SIGTERM');
    kept = await readFile(inFolder('.env'), 'utf8');
    password = /^SUPERUSER_PASSWORD=(.*)$/m.exec(kept)![1]!;
  });
  beforeEach(() => rm(inFolder('.env'), { force: true }));
  afterEach(() => Promise.all(started.splice(0).map((program) => program.signal('SIGKILL'))));
  afterAll(async () => {
    await installation.remove();
    await database.drop();
  });

  it('is not started with fresh secrets: nothing is written, and no password is told', async () => {
    const failure = await failureOf('scripts/start.mjs', []);
    expect(failure).toMatch(
      /^There is no \.env, but the database .* is in use: .*Bring back the \.env .*SECURITY_PASSWORD_SALT/,
    );
    expect(failure).toContain(isMysql ? new URL(database.url).pathname.slice(1) : database.url.replace('sqlite:', ''));
    expect(failure).not.toMatch(/address {3}|password {2}/);
    expect(existsSync(inFolder('.env'))).toBe(false);
  });

  it.each<[string, string, string[]]>([
    ['the site', 'dist/main.js', []],
    ['npm start', 'scripts/start.mjs', []],
    ['seed', 'dist/cli.js', ['seed']],
    ['the operator', 'dist/cli.js', ['users', 'change-password', email, '--password', 'kettle ferry tulip']],
    ['whoever verifies the log', 'dist/cli.js', ['audit', 'verify']],
  ])('%s is refused with another salt, also where an older program left no mark', async (_who, program, words) => {
    const other = kept.replace(/^SECURITY_PASSWORD_SALT=.*$/m, 'SECURITY_PASSWORD_SALT=another salt than before');
    await writeFile(inFolder('.env'), other);
    const sentence = /^SECURITY_PASSWORD_SALT is not the one that the database was made with .*Bring back the \.env/;
    expect(await failureOf(program, words)).toMatch(sentence);
    const [mark] = await database.query<{ key_mark: string }>('SELECT key_mark FROM access_state');
    await database.change('UPDATE access_state SET key_mark = NULL');
    expect(await failureOf(program, words)).toMatch(sentence);
    await database.change(`UPDATE access_state SET key_mark = '${mark!.key_mark}'`);
  });

  it('goes on with that .env back, and with the salt alone where the process has the rest', async () => {
    await database.change('UPDATE access_state SET key_mark = NULL');
    await writeFile(inFolder('.env'), kept);
    const site = run('scripts/start.mjs', []);
    expect((await new Person(await site.origin()).signIn(email, password)).status).toBe(303);
    await site.signal('SIGTERM');
    const [marked] = await database.query<{ key_mark: string | null }>('SELECT key_mark FROM access_state');
    expect(marked?.key_mark).toMatch(/^[0-9a-f]{64}$/);

    await rm(inFolder('.env'));
    const given = {
      SECURITY_PASSWORD_SALT: /^SECURITY_PASSWORD_SALT=(.*)$/m.exec(kept)![1]!,
      SESSION_SECRET: 'another session secret than before',
      SUPERUSER_PASSWORD: 'no matter any more',
    };
    const other = run('scripts/start.mjs', [], given);
    expect((await new Person(await other.origin()).signIn(email, password)).status).toBe(303);
    expect(other.stdout).not.toContain('password  ');
    expect(existsSync(inFolder('.env'))).toBe(false);
  });

  it('has a mark from which the salt can’t be told, and goes on where an event was altered', async () => {
    const salt = /^SECURITY_PASSWORD_SALT=(.*)$/m.exec(kept)![1]!;
    expect(JSON.stringify(await rows())).not.toContain(salt);
    await database.change('UPDATE access_state SET key_mark = NULL');
    await database.change("UPDATE audit_events SET subject = 'user 9' WHERE hash = (SELECT hash FROM audit_head)");
    await writeFile(inFolder('.env'), kept);
    await run('dist/main.js', []).origin();
  });
});

describe('npm start without a .env', () => {
  let installation: Installation;
  beforeEach(async () => {
    installation = await developersInstallation();
  });
  afterEach(() => installation.remove());

  const start = (environment: Record<string, string>) =>
    new Program('scripts/start.mjs', [], { PORT: '0', BCRYPT_COST: '4', ...environment }, installation.folder);
  const envFile = () => join(installation.folder, '.env');

  it('tells the address that counts, and takes an empty database for a new one', async () => {
    await mkdir(join(installation.folder, 'data'));
    await writeFile(join(installation.folder, 'data/mfo.sqlite'), '');
    const program = start({ SUPERUSER_ID: '', SUPERUSER_PASSWORD: ' ', SECURITY_PASSWORD_SALT: '' });
    await program.origin();
    const [, address, password] = /address {3}(\S+)\n +password {2}(\S+)\n/.exec(program.stdout) ?? [];
    expect(address).toBe(email);
    expect((await new Person(await program.origin()).signIn(email, password!)).status).toBe(303);
    await program.signal('SIGTERM');
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['a wrong setting', { BCRYPT_COST: 'high' }, /^BCRYPT_COST: must be a whole number/],
    [
      'a server that does not answer',
      { DATABASE_URL: 'mysql://mfo:hidden@127.0.0.1:1/mfo' },
      /^The database .* can't be opened/,
    ],
    ['NODE_ENV=test, which reads none,', { NODE_ENV: 'test' }, /^SESSION_SECRET: is required(?!.*writes)/],
    ['NODE_ENV=production', { NODE_ENV: 'production\r' }, /^SESSION_SECRET: is required(?!.*writes)/],
  ])('writes none with %s and says why', async (_case, environment, why) => {
    const { code, stdout, stderr } = await start(environment).ended;
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(why);
    expect(stderr).not.toMatch(/^ +at |hidden/m);
    expect(existsSync(envFile())).toBe(false);
  });
});
