// What "npm run test:nodes" does: installs, builds and uses this project under each Node.js that people have, from an npm
// package with its headers, and counts crashes. It needs no network but npm's, and takes about an hour.
//   --nodes 20,22.12.0   --starts 200   --queries 20000
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    nodes: { type: 'string', default: '20,22,24,26' },
    starts: { type: 'string', default: '200' },
    queries: { type: 'string', default: '20000' },
  },
});
const root = join(import.meta.dirname, '..');
const superuser = { email: 'admin@fakesite.com', password: 'superuser of the tests' };

let failures = 0;
for (const version of options.nodes.split(',')) {
  const folder = mkdtempSync(join(tmpdir(), 'mfo-node-'));
  try {
    await tryOut(version, folder);
  } catch (error) {
    failures += 1;
    console.log(`  FAILED: ${error.message}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
process.exit(failures === 0 ? 0 : 1);

async function tryOut(version, folder) {
  const node = nodeOf(version, folder);
  const name = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  console.log(`Node.js ${name}`);
  const copy = join(folder, 'copy');
  for (const file of execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
    .split('\0')
    .filter(Boolean)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  // Headers come with the package; nothing else is downloaded.
  const tools = {
    ...process.env,
    PATH: `${dirname(node)}:${process.env.PATH}`,
    npm_config_nodedir: join(dirname(node), '..'),
  };
  const site = {
    PATH: tools.PATH,
    NODE_ENV: 'test',
    PORT: '0',
    BCRYPT_COST: '4',
    DATABASE_URL: `sqlite:${join(folder, 'mfo.sqlite')}`,
    SESSION_SECRET: 'the session secret of these tries',
    SECURITY_PASSWORD_SALT: '307680677384259925768439955171685999662',
    SUPERUSER_ID: superuser.email,
    SUPERUSER_PASSWORD: superuser.password,
  };
  const step = (what, command, words, env) => {
    const begin = Date.now();
    const { status, signal, stdout, stderr } = spawnSync(command, words, { cwd: copy, env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${what} ended with ${signal ?? status}:\n${stdout}${stderr}`);
    console.log(`  ${what}: ${seconds(begin)} s`);
    return stdout + stderr;
  };
  step('npm ci', 'npm', ['ci', '--no-audit', '--no-fund'], tools);
  step('npm run build', 'npm', ['run', 'build'], tools);
  step('the spec of the SQLite driver', node, ['node_modules/jest/bin/jest.js', 'test/sqlite-drivers'], tools);
  await useOnce(node, copy, site);
  const said = step('a command', node, ['dist/cli.js', 'users', 'list', '--json'], site);
  JSON.parse(said);
  await startOften(node, copy, site, Number(options.starts));
  queryOften(node, copy, folder, Number(options.queries));
}

function nodeOf(version, folder) {
  const { platform, arch } = process;
  const name = `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
  execFileSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--silent', `${name}@${version}`]);
  return join(folder, 'node_modules', name, 'bin/node');
}

async function started(node, copy, env) {
  const child = spawn(node, ['dist/main.js'], { cwd: copy, env });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  const ended = once(child, 'close');
  const serving = new Promise((resolve) =>
    child.stdout.on('data', () => {
      const [, origin] = /listening on (http:\S+)/.exec(said) ?? [];
      if (origin) resolve(origin);
    }),
  );
  const origin = await Promise.race([serving, ended.then(() => null)]);
  const stop = async () => {
    child.kill('SIGTERM');
    const [code, signal] = await ended;
    return { isWell: code === 0 && origin !== null, code: signal ?? code, said };
  };
  return { origin, stop };
}

async function useOnce(node, copy, env) {
  const { origin, stop } = await started(node, copy, env);
  let page;
  if (origin) {
    const body = new URLSearchParams(superuser);
    const { headers: answered } = await fetch(`${origin}/login`, { method: 'POST', body, redirect: 'manual' });
    const cookie = answered.getSetCookie().map((cookie) => cookie.split(';')[0]);
    page = await fetch(`${origin}/admin`, { headers: { cookie: cookie.join('; ') }, redirect: 'manual' });
  }
  const { isWell, code, said } = await stop();
  if (!isWell || page.status !== 200) throw new Error(`Signing in: /admin ${page?.status}, exit ${code}\n${said}`);
  console.log('  started, signed in, opened /admin, stopped');
}

async function startOften(node, copy, env, times) {
  const begin = Date.now();
  const faults = [];
  for (let time = 0; time < times; time += 1) {
    const { stop } = await started(node, copy, env);
    const ended = await stop();
    if (!ended.isWell) faults.push(ended);
  }
  console.log(`  ${times} starts and stops, ${faults.length} ended badly: ${seconds(begin)} s`);
  if (faults.length > 0) throw new Error(`exit ${faults[0].code}\n${faults[0].said}`);
}

/** Statements are collected in the middle of the work, and while no script runs. */
function queryOften(node, copy, folder, queries) {
  const script = `
    const { sqliteDriver } = require('./dist/database/sqlite-driver.js');
    (async () => {
      const File = await sqliteDriver();
      for (let file, done = 0; done < ${queries}; done += 1) {
        if (done % 1000 === 0) (file?.close(), file = new File(${JSON.stringify(join(folder, 'queries.sqlite'))}));
        file.exec('CREATE TABLE IF NOT EXISTS counts (n INTEGER)');
        file.prepare('INSERT INTO counts VALUES (?)').run(done);
        if (file.prepare('SELECT n FROM counts WHERE n = ? AND ' + done).all(done).length > 1) throw new Error('twice');
        if (done % 100 === 0) gc();
        if (done % 100 === 50) await gc({ execution: 'async' });
      }
    })();`;
  const begin = Date.now();
  const { status, signal, stderr } = spawnSync(node, ['--expose-gc', '-e', script], { cwd: copy, encoding: 'utf8' });
  console.log(`  ${queries} queries under forced garbage collection, exit ${signal ?? status}: ${seconds(begin)} s`);
  if (status !== 0) throw new Error(stderr);
}

function seconds(begin) {
  return ((Date.now() - begin) / 1000).toFixed(1);
}
