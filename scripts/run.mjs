// Runs a built program of dist/ with the given arguments, building first when needed: node scripts/run.mjs cli.js users list
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildWhenNeeded } from './build.mjs';

const root = join(import.meta.dirname, '..');
const [program, ...parameters] = process.argv.slice(2);
buildWhenNeeded(root);
const path = join(root, 'dist', program);
process.argv = [process.execPath, path, ...parameters];
await import(pathToFileURL(path).href);
