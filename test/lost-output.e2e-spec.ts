import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { emptyDatabase, type TestDatabase } from './support/database';
import { developersInstallation, type Installation } from './support/installation';
import { Person } from './support/person';
import { cli } from './support/processes';
import { testEnvironment } from './support/site';

const root = join(__dirname, '..');
const password = 'a password of theirs';

let database: TestDatabase;
let environment: Record<string, string>;
beforeAll(async () => {
  database = await emptyDatabase();
  environment = testEnvironment(database.url);
  expect(await cli(environment, ['seed'])).toMatchObject({ code: 0 });
});
afterAll(() => database.drop());

/** Runs a line of shell, whose `$node` is this Node.js; what becomes of the first program of a pipe is its exit code. */
function shell(line: string, variables: Record<string, string> = {}, folder = root) {
  const env = { PATH: process.env.PATH, ...environment, ...variables, node: process.execPath };
  return spawn('bash', ['--norc', '-c', `${line}\nexit \${PIPESTATUS[0]}`], { cwd: folder, env });
}

async function run(line: string) {
  const child = shell(line);
  child.stdin.end(`${password}\n`);
  const ended = once(child, 'close') as Promise<[number]>;
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

describe('a command', () => {
  const full = 'Not all of the output could be written: ENOSPC: no space left on device, write\n';
  const create = (email: string) => `users create ${email} --active --password-stdin`;

  it.each<[what: string, words: string, redirection: string, code: number, stderr: string]>([
    ['whose reader leaves', 'permissions list', '| true', 0, ''],
    ['whose reader leaves early', 'access map --json', '| head -c 10 >/dev/null', 0, ''],
    ['whose help nobody reads', '--help', '| true', 0, ''],
    ['whose change nobody reads of', create('unread@example.org'), '| true', 0, ''],
    ['whose disk is full', 'roles list', '>/dev/full', 1, full],
    ['whose change can’t be told', create('untold@example.org'), '>/dev/full', 1, full],
    ['that can write nothing at all', 'roles list --json', '>/dev/full 2>&1', 1, ''],
    ['without an output', 'permissions list', '>&-', 0, ''],
    ['whose misuse nobody reads', 'frobnicate', '2>&1 | true', 2, ''],
    ['whose misuse can’t be told', 'users frobnicate', '2>/dev/full', 2, ''],
    ['that is refused without an error output', 'roles show Nobody', '2>&-', 1, ''],
    ['whose refusal nobody reads', 'roles show Nobody', '2>&1 | true', 1, ''],
  ])('%s does its work, and ends without a trace: %s %s', async (_what, words, redirection, code, stderr) => {
    expect(await run(`"$node" dist.unchecked/cli.js ${words} ${redirection}`)).toEqual({ code, stdout: '', stderr });
  });

  it('has made what it was told to make', async () => {
    const rows = await database.query<{ email: string }>("SELECT email FROM users WHERE email LIKE 'un%' ORDER BY id");
    expect(rows.map(({ email }) => email)).toEqual(['unread@example.org', 'untold@example.org']);
  });
});

describe('the site', () => {
  let clone: Installation;
  beforeAll(async () => {
    clone = await developersInstallation();
  });
  afterAll(() => clone.remove());

  it.each([
    ['its log’s reader leaves', 'dist/main.js', '| head -n 1'],
    ['the reader of all it says leaves', 'dist/main.js', '2>&1 | true'],
    ['the disk of its log is full', 'dist/main.js', '>/dev/full'],
    ['all it says goes to a full disk', 'dist/main.js', '>/dev/full 2>&1'],
    ['it is started without outputs', 'dist/main.js', '>&- 2>&-'],
    ['its first start has no reader', 'scripts/start.mjs', '| true'],
  ])('serves on and ends well when %s', async (_what, program, redirection) => {
    const port = await freePort();
    const line = `(echo $BASHPID >"$pid"; exec "$node" ${program}) ${redirection}`;
    const pid = join(clone.folder, 'pid');
    const site = shell(line, { pid, PORT: String(port), LOG_LEVEL: 'debug' }, clone.folder);
    const ended = once(site, 'exit');
    try {
      const visitor = new Person(`http://127.0.0.1:${port}`);
      while (!(await isListening(visitor))) {
        expect(site.exitCode).toBeNull();
        await pause(50);
      }
      for (const path of ['/', '/nosuch', '/login', '/account']) await visitor.get(path);
      expect((await visitor.signIn('nobody@example.org', 'not a password')).status).toBe(401);
      expect((await visitor.get('/health/ready')).status).toBe(200);
    } finally {
      process.kill(Number(await readFile(pid, 'utf8')), 'SIGTERM');
    }
    expect((await ended)[0]).toBe(0);
  });
});

async function isListening(visitor: Person): Promise<boolean> {
  try {
    await visitor.get('/health/live');
    return true;
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } };
    if (cause?.code !== 'ECONNREFUSED') throw error;
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
