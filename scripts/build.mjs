// What "npm run build" does: checks the types of src/ and compiles it to dist/. With --when-needed only where dist/ isn't what
// these sources make.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileFiles, filesIn, sourcesOf, writePackages } from './compile.mjs';

const stampName = '.built-from.json';

/**
 * Builds where there is no whole build of these sources. Without the development packages an existing build is used as it is.
 *
 * @returns the folder of the build.
 */
export async function buildWhenNeeded(root) {
  const stamp = stampOf(root);
  if (canCompile(root)) {
    const isCurrent = stamp?.inputs === fingerprintOfInputs(root) && stamp.outputs === fingerprintOfOutputs(root);
    if (!isCurrent) await build(root);
  } else if (!existsSync(join(root, 'dist/main.js')) || (stamp && stamp.outputs !== fingerprintOfOutputs(root))) {
    console.error(
      'There is no whole build, and the packages to make one are not installed. Run "npm ci --include=dev && npm run build" first.',
    );
    process.exit(1);
  }
  return join(root, 'dist');
}

/**
 * Compiles beside dist/ and takes its place when all of it is there, so that a type error changes nothing and builds at
 * the same time don't meet. Ends the process where the sources don't compile.
 */
export async function build(root) {
  const inputs = fingerprintOfInputs(root);
  const folder = join(root, `dist.${process.pid}`);
  const isWell = checkTypes(root) && (await isAllReached(root)) && (await compile(root, folder));
  if (isWell) {
    writeStamp(folder, inputs);
    replace(join(root, 'dist'), folder);
  }
  rmSync(folder, { recursive: true, force: true });
  if (!isWell) process.exit(1);
}

/** Marks `folder` as a whole build of these inputs. */
function writeStamp(folder, inputs) {
  writeFileSync(join(folder, stampName), JSON.stringify({ inputs, outputs: fingerprint(folder, outputsIn(folder)) }));
}

function checkTypes(root) {
  const words = [compilerOf(root), '-p', 'tsconfig.build.json', '--noEmit'];
  // The output of a command that had to build first is the command's alone.
  return spawnSync(process.execPath, words, { cwd: root, stdio: ['ignore', 2, 2] }).status === 0;
}

/** A file that nothing imports is a command, an entity or a migration that its feature does not list. */
async function isAllReached(root) {
  const { unreachedFiles } = await import('./unreached.mjs');
  const unreached = unreachedFiles(root);
  for (const sentence of unreached) console.error(sentence);
  return unreached.length === 0;
}

async function compile(root, folder) {
  const faults = await compileFiles(root, sourcesOf(root), folder);
  for (const { message } of faults) console.error(message);
  if (faults.length > 0) return false;
  await writePackages(root, folder);
  return true;
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
  return [
    compilerOf(root),
    ...['@swc/core', 'esbuild', '@types/passport'].map((name) => join(root, 'node_modules', name)),
  ].every((path) => existsSync(path));
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
  const settings = ['.swcrc', 'scripts/packages.mjs', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];
  return fingerprint(root, [...settings, ...sources.map((file) => join('src', file))]);
}

function fingerprintOfOutputs(root) {
  const folder = join(root, 'dist');
  return existsSync(folder) ? fingerprint(folder, outputsIn(folder)) : null;
}

function outputsIn(folder) {
  return filesIn(folder).filter((file) => file !== stampName);
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
  if (process.argv.includes('--when-needed')) await buildWhenNeeded(root);
  else await build(root);
}
