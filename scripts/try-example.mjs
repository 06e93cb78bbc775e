// Adds examples/entries to a copy of the project, as docs/your-first-form.md does, and a new feature as "npm run new:feature"
// writes it, and tries both there: nothing else may change but their lines in src/features.ts and access.lock. With --whole,
// all of the tests run, on both engines.
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const copy = mkdtempSync(join(tmpdir(), 'mfo-example-'));
const isWhole = process.argv.includes('--whole');

function run(command, parameters, env = {}) {
  const { status } = spawnSync(command, parameters, { cwd: copy, stdio: 'inherit', env: { ...process.env, ...env } });
  if (status !== 0) throw new Error(`${command} ${parameters.join(' ')} failed with the example added.`);
}

function outputOf(command, parameters, cwd = copy) {
  return spawnSync(command, parameters, { cwd, encoding: 'utf8' }).stdout;
}

function copyProject() {
  for (const file of outputOf('git', ['ls-files', '-co', '--exclude-standard', '-z'], root).split('\0')) {
    if (!file) continue;
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  run('git', ['init', '--quiet']);
  run('git', ['add', '--all']);
}

function addExample() {
  cpSync(join(root, 'examples/entries'), copy, { recursive: true });
  appendFileSync(join(copy, 'src/features.ts'), "export { entries } from './entries/entries.feature';\n");
}

/** Each is "M access.lock", or a file of its own. */
function ensureNothingElseChanged() {
  const changed = outputOf('git', ['status', '--porcelain', '--untracked-files=all']).split('\n');
  const others = changed.filter((line) => /^.M|^M/.test(line) && !/ (access\.lock|src\/features\.ts)$/.test(line));
  if (others.length > 0) throw new Error(`The example changed other files: ${others.join(', ')}`);
}

try {
  copyProject();
  addExample();
  run('npm', ['run', '--silent', 'new:feature', '--', 'lost-property', 'lost-item']);
  run('npx', [
    'eslint',
    'src/entries',
    'src/lost-property',
    'test/entries.e2e-spec.ts',
    'test/lost-property.e2e-spec.ts',
    'test/fixtures',
  ]);
  run('npx', ['prettier', '--check', 'src', 'test']);
  run('npx', ['tsc', '--noEmit']);
  run('npm', ['run', '--silent', 'access:lock']);
  run('npm', ['run', '--silent', 'access:lock', '--', '--check']);
  ensureNothingElseChanged();
  if (isWhole) {
    run('npx', ['jest']);
    run('npx', ['jest'], { TEST_DATABASE: 'mysql' });
  } else {
    run('npx', ['jest', 'test/entries', 'test/lost-property', 'test/titles']);
    run('npx', ['jest', 'test/access.e2e', '-t', 'entries|lost-property|is what the routes say']);
    run('npx', ['jest', 'test/entries', 'test/lost-property'], { TEST_DATABASE: 'mysql' });
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
