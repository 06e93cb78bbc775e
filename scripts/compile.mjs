// Turns src/ into JavaScript with SWC, each file for itself. Whether the types are right is for tsc to say, elsewhere.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { packagesFile, packagesInOneFile, takenFromOneFile } from './packages.mjs';

/** Where what nobody has checked goes: a build must never be taken from it. */
export const uncheckedFolder = 'dist.unchecked';

const stampName = '.compiled-from.json';

/** The folder of src/ as it is now. Ends the process where it can't be compiled. */
export async function compiledFolder(root) {
  const { faults } = await compileChanged(root);
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exit(1);
  return join(root, uncheckedFolder);
}

/** All that is compiled, as paths below src/. */
export function sourcesOf(root) {
  return filesIn(join(root, 'src')).filter((file) => /(?<!\.spec|\.d)\.ts$/.test(file));
}

/**
 * Brings dist.unchecked/ in line with src/: compiles what has changed and removes what has gone.
 *
 * @returns what has changed, as paths below src/, and one text for each file that can't be compiled.
 */
export async function compileChanged(root) {
  const folder = join(root, uncheckedFolder);
  const before = readStamp(folder);
  const settings = [join(root, '.swcrc'), join(import.meta.dirname, 'packages.mjs')];
  const digestOf = digestsBeside(settings);
  const now = Object.fromEntries(sourcesOf(root).map((file) => [file, digestOf(join(root, 'src', file))]));
  now[packagesFile] = digestOf(join(root, 'package-lock.json'));
  const changed = Object.keys(now).filter((file) => now[file] !== before[file]);
  const gone = Object.keys(before).filter((file) => !(file in now));
  if (changed.length + gone.length === 0) return { changed: [], faults: [] };
  for (const file of gone) rmSync(compiledPath(folder, file), { force: true });
  if (changed.includes(packagesFile)) await writePackages(root, folder);
  const sources = changed.filter((file) => file !== packagesFile);
  const faults = await compileFiles(root, sources, folder);
  for (const { file } of faults) delete now[file];
  writeWhole(join(folder, stampName), JSON.stringify(now));
  return { changed: [...changed, ...gone], faults: faults.map(({ message }) => message) };
}

/** The packages that each start loads, in one file of `folder`, which lies in the project's. */
export async function writePackages(root, folder) {
  const text = await packagesInOneFile(root);
  mkdirSync(folder, { recursive: true });
  writeWhole(join(folder, packagesFile), text);
}

/** Compiles these files of src/ to where they belong in `folder`. @returns those that can't be compiled, each with why */
export async function compileFiles(root, files, folder) {
  const { transformFileSync } = await import('@swc/core');
  const faults = [];
  for (const file of files) {
    const [source, target] = [join(root, 'src', file), compiledPath(folder, file)];
    try {
      const { code, map } = transformFileSync(source, {
        configFile: join(root, '.swcrc'),
        sourceFileName: relative(dirname(target), source),
      });
      mkdirSync(dirname(target), { recursive: true });
      writeWhole(`${target}.map`, map);
      writeWhole(
        target,
        `${takenFromOneFile(code, relative(folder, target))}//# sourceMappingURL=${target.split(/[\\/]/).at(-1)}.map\n`,
      );
    } catch (error) {
      faults.push({ file, message: `src/${file} can't be compiled:\n${withoutTrace(error.message)}` });
    }
  }
  return faults;
}

/** SWC adds where in its own code it was. */
function withoutTrace(message) {
  return message.split('\n\n')[0];
}

/** Every file in a folder, as paths below it. */
export function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

function compiledPath(folder, file) {
  return join(folder, file.replace(/\.ts$/, '.js'));
}

/** @returns the digest of a file, which changes with the settings too */
function digestsBeside(settings) {
  const before = createHash('sha256');
  for (const path of settings) before.update(readFileSync(path));
  return (path) => before.copy().update(readFileSync(path)).digest('hex');
}

function readStamp(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, stampName), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}

/** So that nobody reads half a file while another writes it. */
function writeWhole(path, text) {
  const beside = `${path}.${process.pid}`;
  writeFileSync(beside, text);
  renameSync(beside, path);
}
