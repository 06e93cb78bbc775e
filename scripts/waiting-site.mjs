// Started by the watcher before it is needed: loads what no edit changes, and then whatever it is told to: main starts the site.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { packagesFile } from './packages.mjs';

const folder = process.argv[2];
const load = createRequire(join(folder, 'main.js'));

// In the order of main.ts: the compile cache holds what is loaded after it.
load('./compile-cache');
// Each package is run when it is first read.
Object.values(load(`./${packagesFile}`));

process.on('message', (file) => load(file));
