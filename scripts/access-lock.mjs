// Writes access.lock from the routes as they are; with --check it changes nothing and fails, showing the difference.
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
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

function check(current) {
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
  console.error(`access.lock is not current. Run "npm run access:lock" and review the difference:\n${stdout}`);
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
