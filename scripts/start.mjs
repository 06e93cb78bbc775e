// What "npm start" does: build when needed, write .env when there is none, serve. With --watch it serves what is being edited.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildWhenNeeded } from './build.mjs';
import { compiledFolder } from './compile.mjs';
import { watch } from './watch.mjs';

const root = join(import.meta.dirname, '..');
const isWatched = process.argv.includes('--watch');
process.chdir(root);

if (process.env.npm_lifecycle_script?.includes('scripts/start.mjs')) await import('./end-with-parent.mjs');

const folder = isWatched ? await compiledFolder(root) : await buildWhenNeeded(root);
if (!existsSync(join(root, '.env'))) await writeEnvFile();
if (isWatched) watch(root);
else await built('main.js');

function built(program) {
  return import(pathToFileURL(join(folder, program)).href);
}

async function writeEnvFile() {
  const { writeFirstEnvFile } = await built('first-start.js');
  const { explainStartFailure } = await built('start-failure.js');
  try {
    const greeting = await writeFirstEnvFile(root);
    if (greeting) console.log(greeting);
  } catch (error) {
    console.error(explainStartFailure(error));
    process.exit(1);
  }
}
