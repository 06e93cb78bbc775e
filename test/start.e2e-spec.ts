import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { emptyDatabase, type TestDatabase } from './support/database';
import { developersInstallation, productionInstallation, type Installation } from './support/installation';
import { Person } from './support/person';
import { Program, SiteProcess } from './support/processes';
import { superuser, testEnvironment } from './support/site';

const secrets = ['SESSION_SECRET', 'SECURITY_PASSWORD_SALT', 'SUPERUSER_PASSWORD'] as const;
const notice = 'You still use the password from the configuration.';

const started: Program[] = [];
afterAll(() => Promise.all(started.map((program) => program.signal('SIGKILL'))));

/** What `npm start` runs. */
function npmStart({ folder }: Installation, environment: Record<string, string> = {}): Program {
  const program = new Program('scripts/start.mjs', [], { PORT: '0', ...environment }, folder);
  started.push(program);
  return program;
}

function site(environment: Record<string, string>): SiteProcess {
  const program = new SiteProcess(environment);
  started.push(program);
  return program;
}

/** A sign-in whose headers the site has read, and whose body it waits for. Its response is the failure where there is none. */
async function beginSignIn(at: string, more: Record<string, string> = {}) {
  const body = new URLSearchParams(superuser).toString();
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': body.length,
    expect: '100-continue',
    ...more,
  };
  const running = request(`${at}/login`, { method: 'POST', headers });
  running.flushHeaders();
  const response = (once(running, 'response') as Promise<[IncomingMessage]>).then(
    ([answer]) => answer,
    (failure: NodeJS.ErrnoException) => failure,
  );
  await once(running, 'continue');
  const turnAway = () => new Promise<void>((resolve) => running.once('close', resolve).destroy());
  return { response, finish: () => running.end(body), turnAway };
}

/** The option by which Node runs this before the program. */
function preloading(script: string): string {
  const preloaded = `import { createRequire } from 'node:module'; const require = createRequire('${__filename}'); ${script}`;
  return `--import=data:text/javascript,${encodeURIComponent(preloaded)}`;
}

describe('npm start on a fresh clone', () => {
  let clone: Installation;
  let settings: Record<string, string>;
  beforeAll(async () => {
    clone = await developersInstallation();
  });
  afterAll(() => clone.remove());

  const envFile = () => join(clone.folder, '.env');
  const readEnvFile = async () =>
    Object.fromEntries(
      [...(await readFile(envFile(), 'utf8')).matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [
        name,
        value,
      ]),
    );

  it('writes a .env that nobody else can read, from .env.example, with fresh secrets', async () => {
    const first = npmStart(clone);
    const at = await first.origin();
    expect((await stat(envFile())).mode & 0o777).toBe(0o600);
    settings = await readEnvFile();
    for (const name of secrets) expect(settings[name]).toMatch(/^[\w-]{16,}$/);
    expect(new Set(secrets.map((name) => settings[name])).size).toBe(secrets.length);
    const example = await readFile(join(clone.folder, '.env.example'), 'utf8');
    const emptied = secrets.reduce(
      (env, name) => env.replace(`${name}=${settings[name]}`, `${name}=`),
      await readFile(envFile(), 'utf8'),
    );
    expect(emptied).toMatch(/^ENCRYPTION_KEY=[\w+/]{43}=$/m);
    expect(emptied.replace(/^ENCRYPTION_KEY=.*$/m, 'ENCRYPTION_KEY=')).toBe(example);

    expect(first.stdout.match(/is at http:\/\/localhost/g)).toHaveLength(1);
    expect(first.stdout.match(/address +admin@fakesite\.com\n/g)).toHaveLength(1);
    expect(first.stdout.split(settings.SUPERUSER_PASSWORD!)).toHaveLength(2);
    for (const name of ['SESSION_SECRET', 'SECURITY_PASSWORD_SALT']) expect(first.stdout).not.toContain(settings[name]);

    const person = new Person(at);
    expect((await person.signIn('admin@fakesite.com', settings.SUPERUSER_PASSWORD!)).status).toBe(303);
    expect((await person.get('/admin')).body).toContain(notice);
    expect(existsSync(join(clone.folder, 'data/mfo.sqlite'))).toBe(true);
    expect((await first.signal('SIGTERM')).code).toBe(0);
  });

  it('uses that file from then on, and says no password again', async () => {
    const second = npmStart(clone);
    const person = new Person(await second.origin());
    expect(await readEnvFile()).toEqual(settings);
    expect(second.stdout).not.toContain(settings.SUPERUSER_PASSWORD);
    expect(second.stdout).not.toMatch(/password/i);
    expect((await person.signIn('admin@fakesite.com', settings.SUPERUSER_PASSWORD!)).status).toBe(303);
    expect((await second.signal('SIGINT')).code).toBe(0);
  });

  it('makes other secrets for another clone, and says none that the environment gives', async () => {
    await rm(envFile());
    const database = await emptyDatabase();
    const given = {
      DATABASE_URL: database.url,
      SUPERUSER_ID: 'boss@example.org',
      SUPERUSER_PASSWORD: 'given by the shell',
    };
    const other = npmStart(clone, { ...given, BCRYPT_COST: '4' });
    const person = new Person(await other.origin());
    const renewed = await readEnvFile();
    for (const name of secrets) expect(renewed[name]).not.toBe(settings[name]);
    expect(other.stdout).toContain('boss@example.org');
    for (const secret of [given.SUPERUSER_PASSWORD, renewed.SUPERUSER_PASSWORD])
      expect(other.stdout).not.toContain(secret);
    expect((await person.signIn('boss@example.org', given.SUPERUSER_PASSWORD)).status).toBe(303);
    await other.signal('SIGTERM');
    await database.drop();
  });
});

describe('npm start in production, without the packages of development,', () => {
  let installation: Installation;
  let database: TestDatabase;
  beforeAll(async () => {
    [installation, database] = [await productionInstallation(), await emptyDatabase()];
  });
  afterAll(async () => {
    await installation.remove();
    await database.drop();
  });

  it('writes no .env, and says which settings are missing', async () => {
    const { code, stdout, stderr } = await npmStart(installation, { NODE_ENV: 'production' }).ended;
    expect([code, stdout]).toEqual([1, '']);
    const lines = stderr.trim().split('\n');
    expect(lines.map((line) => line.split(':')[0])).toEqual(secrets);
    expect(existsSync(join(installation.folder, '.env'))).toBe(false);
  });

  it('serves', async () => {
    const production = npmStart(installation, {
      NODE_ENV: 'production',
      DATABASE_URL: database.url,
      APP_URL: 'http://localhost',
      SESSION_SECRET: 'Yb0pKx3n1VdQ5rTgWm8uJc7sZa2eLh9f',
      SECURITY_PASSWORD_SALT: 'q6PzX1vRk8Nw3yTbE5hMj0uGd7sCa4Lf',
      SUPERUSER_ID: 'boss@example.org',
      SUPERUSER_PASSWORD: superuser.password,
    });
    const person = new Person(await production.origin());
    expect((await person.get('/health/ready')).status).toBe(200);
    expect((await person.signIn('boss@example.org', superuser.password)).status).toBe(303);
    const page = await person.get('/admin');
    expect(page.status).toBe(200);
    const assets = [...page.body.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(assets.length).toBeGreaterThan(1);
    for (const path of assets) expect([path, (await person.get(path)).status]).toEqual([path, 200]);
    const { code, stdout } = await production.signal('SIGTERM');
    expect(code).toBe(0);
    for (const line of stdout.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('level');
  });
});

describe('a site that is told to end', () => {
  let database: TestDatabase;
  let environment: Record<string, string>;
  beforeAll(async () => {
    database = await emptyDatabase();
    environment = testEnvironment(database.url);
  });
  afterAll(() => database.drop());

  it('finishes what runs, takes nothing new, and exits 0', async () => {
    const ending = site(environment);
    const at = await ending.origin();
    const { response, finish } = await beginSignIn(at);
    ending.child.kill('SIGTERM');
    await ending.says(/Ending/);
    await expect(new Person(at).get('/')).rejects.toThrow('fetch failed');
    expect(ending.hasEnded).toBe(false);
    finish();
    const answer = (await response) as IncomingMessage;
    expect(answer.statusCode).toBe(303);
    expect(await text(answer)).toBeDefined();
    expect(await ending.ended).toMatchObject({ code: 0, stderr: '' });
    expect(await database.query('SELECT user_id FROM sessions')).toHaveLength(1);
  });

  it('waits for no connection on which nothing was asked', async () => {
    const ending = site(environment);
    const at = await ending.origin();
    const silent = connect(Number(new URL(at).port), '127.0.0.1');
    await once(silent, 'connect');
    const { response, finish } = await beginSignIn(at);
    ending.child.kill('SIGTERM');
    await once(silent.resume(), 'close');
    expect(ending.hasEnded).toBe(false);
    finish();
    expect(await response).toMatchObject({ statusCode: 303 });
    expect(await ending.ended).toMatchObject({ code: 0, stderr: '' });
  });

  it.each([
    ['a request has only begun', ''],
    ['another request has only begun', 'GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ])('waits for no connection on which %s', async (_case, before) => {
    const ending = site(environment);
    const at = await ending.origin();
    const halfway = connect(Number(new URL(at).port), '127.0.0.1');
    halfway.write(`${before}GET / HTTP/1.1\r\nHost:`);
    if (before) await once(halfway, 'data');
    const { response, finish } = await beginSignIn(at);
    ending.child.kill('SIGTERM');
    await once(halfway.resume(), 'close');
    expect(ending.hasEnded).toBe(false);
    finish();
    expect(await response).toMatchObject({ statusCode: 303 });
    expect(await ending.ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('finishes also what somebody asked for who has gone, without an error', async () => {
    const waiting = `process.stdout.write('comparing'); await new Promise((done) => process.once('SIGUSR2', done));`;
    const ending = site({
      ...environment,
      NODE_OPTIONS: preloading(
        `const bcrypt = require('bcrypt'); const { compare } = bcrypt;
        bcrypt.compare = async (...given) => { ${waiting} return compare(...given); };`,
      ),
    });
    const { finish, turnAway } = await beginSignIn(await ending.origin());
    const before = (await database.query('SELECT user_id FROM sessions')).length;
    finish();
    await ending.says(/comparing/);
    await turnAway();
    ending.child.kill('SIGTERM');
    await ending.says(/Ending/);
    await pause(500);
    ending.child.kill('SIGUSR2');
    expect(await ending.ended).toMatchObject({ code: 0, stderr: '' });
    expect(await database.query('SELECT user_id FROM sessions')).toHaveLength(before + 1);
  });

  it('waits no longer than 10 s for what never ends', async () => {
    const ending = site(environment);
    const { response } = await beginSignIn(await ending.origin());
    const before = Date.now();
    const { code } = await ending.signal('SIGTERM');
    expect([code, Date.now() - before < 10_000]).toEqual([0, true]);
    expect(await response).toMatchObject({ code: 'ECONNRESET' });
  });
});

it.each([
  ['alone', {}],
  ['behind a proxy', { 'x-forwarded-for': '198.51.100.7', 'x-forwarded-proto': 'https, http' }],
])('a site goes on when somebody goes in the middle of a form, %s', async (_case, headers) => {
  const database = await emptyDatabase();
  const running = site({ ...testEnvironment(database.url), TRUST_PROXY: 'loopback' });
  const at = await running.origin();
  const { turnAway } = await beginSignIn(at, headers);
  await turnAway();
  for (let i = 0; i < 3; i++) expect((await new Person(at).get('/health/live')).status).toBe(200);
  expect(await running.signal('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
  await database.drop();
});

describe('a site with a fault that nothing catches', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await emptyDatabase();
  });
  afterAll(() => database.drop());

  it.each([
    ['is thrown', 'throw new Error("out of order")', /Error: out of order\n +at /],
    ['rejects a promise', 'Promise.reject(new TypeError("out of order"))', /TypeError: out of order\n +at /],
    ['is only a word', 'Promise.reject("out of order")', /out of order/],
    ['is of a stream', 'new (require("node:stream").Readable)().destroy(Error("out of order"))', /Error: out of order/],
  ])('says so in its log and exits 1 when it %s', async (_what, fault, trace) => {
    const onSignal = `process.on('SIGUSR2', () => { ${fault} })`;
    const faulty = site({ ...testEnvironment(database.url), NODE_OPTIONS: preloading(onSignal) });
    const at = await faulty.origin();
    const { code, stderr } = await faulty.signal('SIGUSR2');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/Ending at once because of a fault that nothing caught/)]);
    expect(stderr).toMatch(trace);
    await expect(new Person(at).get('/')).rejects.toThrow('fetch failed');
  });
});

describe('a site that can’t start says why, in one line, and exits 1', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await emptyDatabase();
  });
  afterAll(() => database.drop());

  async function failureOf(changes: Record<string, string>): Promise<string> {
    const program = new Program('dist.unchecked/main.js', [], { ...testEnvironment(database.url), ...changes });
    started.push(program);
    const { code, stdout, stderr } = await program.ended;
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^.+\n$/);
    return stderr.trim();
  }

  it('when its port is taken', async () => {
    const running = site(testEnvironment(database.url));
    const at = await running.origin();
    expect(await failureOf({ PORT: new URL(at).port })).toMatch(
      /^The site can't listen: .*EADDRINUSE.* Is it running already\? HOST and PORT say where\.$/,
    );
    expect((await new Person(at).get('/health/ready')).status).toBe(200);
  });

  it.each([
    ['a name that nobody knows', 'nosuch.invalid'],
    ['the address of another machine', '203.0.113.9'],
  ])('when HOST is %s', async (_case, HOST) => {
    expect(await failureOf({ HOST })).toMatch(
      /^The site can't listen: .*(ENOTFOUND|EAI_AGAIN|EADDRNOTAVAIL).* HOST must be an address or a name of this machine/,
    );
  });

  it('and takes an address of IPv6 with or without brackets', async () => {
    for (const HOST of ['[::1]', '::1']) {
      const running = site({ ...testEnvironment(database.url), HOST });
      expect(await running.origin()).toMatch(/^http:\/\/\[::1\]:\d+$/);
      await running.signal('SIGTERM');
    }
  });

  it.each([
    ['no server answers', 'mysql://mfo:hidden@127.0.0.1:1/mfo'],
    ['the file can’t be made', `sqlite:${__filename}/mfo.sqlite`],
  ])('when there is no database: %s', async (_case, url) => {
    const failure = await failureOf({ DATABASE_URL: url });
    expect(failure).toMatch(/^The database .+ can't be opened: .+/);
    expect(failure).not.toContain('hidden');
  });

  it('when the file is no database', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mfo-test-'));
    try {
      await writeFile(join(folder, 'notes.txt'), 'This is no database, and longer than the head of one. '.repeat(20));
      expect(await failureOf({ DATABASE_URL: `sqlite:${folder}/notes.txt` })).toMatch(
        /^The database .+ can't be opened: .+/,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('when a setting is wrong', async () => {
    expect(await failureOf({ BCRYPT_COST: 'high' })).toMatch(/^BCRYPT_COST: must be a whole number/);
  });
});
