// What "npm run build" does: compiles src/ to dist/. With --when-needed only where dist/ isn't what these sources make.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const stampName = '.built-from.json';

/** Builds where there is no whole build of these sources. Without the development packages an existing build is used as it is. */
export function buildWhenNeeded(root) {
  const stamp = stampOf(root);
  if (canCompile(root)) {
    const isCurrent = stamp?.inputs === fingerprintOfInputs(root) && stamp.outputs === fingerprintOfOutputs(root);
    if (!isCurrent) build(root);
  } else if (!existsSync(join(root, 'dist/main.js')) || (stamp && stamp.outputs !== fingerprintOfOutputs(root))) {
    console.error(
      'There is no whole build, and the packages to make one are not installed. Run "npm ci --include=dev && npm run build" first.',
    );
    process.exit(1);
  }
}

/**
 * Compiles beside dist/ and takes its place when all of it is there, so that a type error changes nothing and builds at
 * the same time don't meet. Ends the process where the sources don't compile.
 */
export function build(root) {
  const inputs = fingerprintOfInputs(root);
  const folder = join(root, `dist.${process.pid}`);
  const status = compile(root, folder);
  if (status === 0) {
    writeFileSync(join(folder, stampName), JSON.stringify({ inputs, outputs: fingerprint(folder, filesIn(folder)) }));
    replace(join(root, 'dist'), folder);
  }
  rmSync(folder, { recursive: true, force: true });
  if (status !== 0) process.exit(status ?? 1);
}

function compile(root, folder) {
  const words = [compilerOf(root), '-p', 'tsconfig.build.json', '--outDir', folder];
  // The output of a command that had to build first is the command's alone.
  return spawnSync(process.execPath, words, { cwd: root, stdio: ['ignore', 2, 2] }).status;
}

function replace(target, folder) {
  for (;;) {
    try {
      return renameSync(folder, target);
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(error.code)) throw error;
      setAside(target, `${folder}.old`);
    }
  }
}

function setAside(target, aside) {
  try {
    renameSync(target, aside);
  } catch (error) {
    // Another build has just done it.
    if (error.code !== 'ENOENT') throw error;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

/** TypeScript may be there without the types of the packages, which only come with those of development. */
function canCompile(root) {
  return [compilerOf(root), join(root, 'node_modules/@types/passport')].every((path) => existsSync(path));
}

function compilerOf(root) {
  return join(root, 'node_modules/typescript/bin/tsc');
}

function stampOf(root) {
  try {
    return JSON.parse(readFileSync(join(root, 'dist', stampName), 'utf8'));
  } catch {
    return null;
  }
}

function fingerprintOfInputs(root) {
  const sources = filesIn(join(root, 'src')).filter((file) => !file.endsWith('.spec.ts'));
  const settings = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];
  return fingerprint(root, [...settings, ...sources.map((file) => join('src', file))]);
}

function fingerprintOfOutputs(root) {
  const folder = join(root, 'dist');
  return existsSync(folder) ? fingerprint(folder, filesIn(folder)) : null;
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== stampName)
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

function fingerprint(folder, files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const content = readFileSync(join(folder, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

if (import.meta.filename === process.argv[1]) {
  const root = join(import.meta.dirname, '..');
  if (process.argv.includes('--when-needed')) buildWhenNeeded(root);
  else build(root);
}
