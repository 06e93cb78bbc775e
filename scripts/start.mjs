// What "npm start" does: build when needed, write .env when there is none, serve. With --watch it serves what is being edited.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildWhenNeeded } from './build.mjs';

const root = join(import.meta.dirname, '..');
const built = (program) => import(pathToFileURL(join(root, 'dist', program)).href);
process.chdir(root);

if (process.env.npm_lifecycle_script?.includes('scripts/start.mjs')) await import('./end-with-parent.mjs');

if (!existsSync(join(root, '.env'))) {
  buildWhenNeeded(root);
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

if (process.argv.includes('--watch')) {
  const endWithThis = ['--import', pathToFileURL(join(root, 'scripts/end-with-parent.mjs')).href];
  const nestCli = join(root, 'node_modules/@nestjs/cli/bin/nest.js');
  const nest = spawn(process.execPath, [...endWithThis, nestCli, 'start', '--watch'], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => nest.kill(signal));
  nest.on('exit', (code) => process.exit(code ?? 0));
} else {
  buildWhenNeeded(root);
  await built('main.js');
}
