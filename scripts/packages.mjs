// Puts the packages that each start loads into one file: to find and read a thousand files takes Node longer than to run them.
import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

export const packagesFile = 'packages.js';

/**
 * As src/ imports them. Of each package there is one copy: whatever package.json names besides, and all that is needed by
 * that, stays outside, where it is found by both.
 */
const imported = [
  ...['common', 'config', 'core', 'passport', 'platform-express', 'terminus', 'typeorm'].map(
    (name) => `@nestjs/${name}`,
  ),
  ...[
    'commander',
    'compression',
    'dataloader',
    'dotenv',
    'express',
    'express-session',
    'fastest-levenshtein',
    'helmet',
  ],
  ...[
    'ipaddr.js',
    'lru-cache',
    'nest-commander',
    'on-headers',
    'p-limit',
    'passport',
    'passport-local',
    'path-to-regexp',
  ],
  ...['reflect-metadata', 'rxjs', 'typeorm', 'validator/lib/isEmail', 'zod'],
];

/** Needed by one of them, and by nothing that is ever done here; most of its size. */
const neverRun = ['prettier'];

/** What SWC makes of an import, where it names no file of ours. */
const REQUIRED = /\brequire\("([^".][^"]*)"\)/g;

/**
 * What is compiled takes packages from the one file, which lies at the top of its folder.
 *
 * @param path of the compiled file below that folder
 * @throws Error where it asks for a part of a package, of which there would be two copies
 */
export function takenFromOneFile(code, path) {
  const file = join(relative(dirname(path), '.'), packagesFile).replaceAll(sep, '/');
  return code.replaceAll(REQUIRED, (asIs, name) => {
    if (imported.includes(name)) return `require("${file.startsWith('.') ? file : `./${file}`}")["${name}"]`;
    if (!imported.some((whole) => name.startsWith(`${whole}/`))) return asIs;
    throw new Error(`It imports ${name}: add that to the list in scripts/packages.mjs.`);
  });
}

/** @returns the one file, for a folder that lies in the project's. */
export async function packagesInOneFile(root) {
  const { build } = await import('esbuild');
  const entries = imported.map((name) => `get "${name}"() { return require("${name}"); },`);
  const { outputFiles } = await build({
    stdin: { contents: `module.exports = {\n${entries.join('\n')}\n};`, resolveDir: root },
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // As Node finds files: without the condition `module`, which it does not know.
    conditions: [],
    keepNames: true,
    logLevel: 'error',
    define: { 'import.meta.url': 'addressOfThisFile' },
    banner: { js: 'const addressOfThisFile = require("node:url").pathToFileURL(__filename).href;' },
    plugins: [ofThese(foldersInside(root), root), askedForAtOnce],
  });
  return withoutNamingFunctions(outputFiles[0].text);
}

/** Only classes are known by their names; a function would be given its own whenever it is made, also within a request. */
function withoutNamingFunctions(code) {
  const named = code.replaceAll(/\bstatic \{\s*__name\(this,/g, 'static { __nameOfClass(this,');
  return named.replace(/^var __name = (.*)$/m, 'var __nameOfClass = $1\nvar __name = (unnamed) => unnamed;');
}

/** Resolves what lies in these folders into the file, and leaves the rest outside of it. */
function ofThese(inside, root) {
  const setup = (build) =>
    build.onResolve({ filter: /./ }, async ({ path, pluginData, ...asked }) => {
      if (pluginData === 'seen' || asked.kind === 'entry-point') return undefined;
      const found = await build.resolve(path, { ...asked, pluginData: 'seen' });
      // What is not installed is asked for only where it is not needed.
      if (found.errors.length > 0) return { path, external: true };
      if (found.external || inside.has(folderOf(found.path))) return found;
      return { path: `../${relative(root, found.path).replaceAll(sep, '/')}`, external: true };
    });
  return { name: 'of-these', setup };
}

/** Packages of Nest make a `require` of their own, which would find another copy of what is in the file. */
const askedForAtOnce = {
  name: 'asked-for-at-once',
  setup: (build) =>
    build.onLoad({ filter: /@nestjs[\\/].*\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(/^const require = createRequire\(import\.meta\.url\);$/m, ''),
    })),
};

/** The folders of the packages that go into the file. */
function foldersInside(root) {
  const names = Object.keys(manifestOf(root).dependencies ?? {});
  const isInside = (name) => imported.some((one) => one === name || one.startsWith(`${name}/`));
  const outside = new Set();
  const left = [...names.filter((name) => !isInside(name)), ...neverRun];
  addWithNeeded(outside, root, left, { optionalPeers: true });
  const inside = new Set();
  addWithNeeded(inside, root, names.filter(isInside), { optionalPeers: false });
  return new Set([...inside].filter((folder) => !outside.has(folder)));
}

function addWithNeeded(folders, from, names, which) {
  for (const name of names) {
    const folder = find(from, name);
    if (folder === null || folders.has(folder)) continue;
    folders.add(folder);
    addWithNeeded(folders, folder, neededBy(manifestOf(folder), which), which);
  }
}

function neededBy(
  { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta = {} },
  { optionalPeers },
) {
  const peers = Object.keys(peerDependencies ?? {});
  const wanted = optionalPeers ? peers : peers.filter((name) => !peerDependenciesMeta[name]?.optional);
  return [...Object.keys({ ...dependencies, ...optionalDependencies }), ...wanted];
}

/** As Node looks for it. null: it is not installed */
function find(from, name) {
  for (let folder = from; ; folder = dirname(folder)) {
    try {
      return realpathSync(join(folder, 'node_modules', name));
    } catch (error) {
      if (!['ENOENT', 'ENOTDIR'].includes(error.code)) throw error;
      if (folder === dirname(folder)) return null;
    }
  }
}

/** The folder of the package to which a file belongs. */
function folderOf(path) {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(path)?.[0] ?? '';
}

function manifestOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}
