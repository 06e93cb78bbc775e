// Writes access.lock from the routes as they are. With --check it changes nothing, and fails where the file is another, showing
// the difference, or where a route has no title or no area.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiledFolder } from './compile.mjs';

const root = join(import.meta.dirname, '..');
const target = join(root, 'access.lock');
const compiled = await compiledFolder(root);
const folder = mkdtempSync(join(tmpdir(), 'mfo-access-lock-'));
const env = {
  PATH: process.env.PATH,
  NODE_ENV: 'test',
  DATABASE_URL: `sqlite:${join(folder, 'mfo.sqlite')}`,
  SESSION_SECRET: 'of no use',
  SECURITY_PASSWORD_SALT: 'of no use',
  SUPERUSER_PASSWORD: 'of no use at all',
  BCRYPT_COST: '4',
};

function cli(...parameters) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(compiled, 'cli.js'), ...parameters], {
    env,
    encoding: 'utf8',
  });
  if (status !== 0) {
    process.stderr.write(stderr);
    process.exit(1);
  }
  return stdout;
}

function check(current) {
  const unnamed = JSON.parse(cli('access', 'map', '--json')).filter(({ title, area }) => !title || !area);
  for (const route of unnamed) fail(whatLacks(route));
  if (readFileSync(target, 'utf8') === current) return;
  const actual = join(folder, 'access.lock');
  writeFileSync(actual, current);
  const { stdout } = spawnSync('diff', [
    '-u',
    '--label',
    'access.lock',
    '--label',
    'the routes as they are',
    target,
    actual,
  ]);
  fail(`access.lock is not current. Run "npm run access:lock" and review the difference:\n${stdout}`);
}

function whatLacks({ handler, method, path, title, area }) {
  const lacks = [!title && "a title: @Title('...')", !area && "an area: @Area('...')"].filter(Boolean).join(', and ');
  return `${handler} (${method} ${path}) needs ${lacks}, on it or on its class`;
}

function fail(sentence) {
  console.error(sentence);
  process.exitCode = 1;
}

try {
  cli('seed');
  const current = cli('access', 'map', '--lock');
  if (process.argv.includes('--check')) check(current);
  else writeFileSync(target, current);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
