// Runs a program with the given arguments, building it first when needed: node scripts/run.mjs cli.js users list
// While "npm run start:dev" serves what is being edited, it is taken from there.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildWhenNeeded } from './build.mjs';
import { compiledFolder } from './compile.mjs';
import { isWatching } from './watch.mjs';

const root = join(import.meta.dirname, '..');
const [program, ...parameters] = process.argv.slice(2);
const isWatched = isWatching(root);
// Whoever is building a command wants to know where in src/ it failed.
if (isWatched) process.setSourceMapsEnabled(true);
const folder = isWatched ? await compiledFolder(root) : await buildWhenNeeded(root);
const path = join(folder, program);
process.argv = [process.execPath, path, ...parameters];
await import(pathToFileURL(path).href);
