// What "npm start" does: build when needed, write .env when there is none, serve. With --watch it serves what is being edited.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildWhenNeeded } from './build.mjs';
import { writeEnvFile } from './env-file.mjs';

const root = join(import.meta.dirname, '..');
const envFile = join(root, '.env');
process.chdir(root);

if (process.env.NODE_ENV !== 'production' && !existsSync(envFile)) {
  const superuser = writeEnvFile(join(root, '.env.example'), envFile);
  const address = process.env.SUPERUSER_ID ?? superuser.address;
  const password = process.env.SUPERUSER_PASSWORD ? 'the one in SUPERUSER_PASSWORD' : superuser.password;
  console.log(
    `\n  Settings with fresh secrets are in .env. The superuser is\n\n    address   ${address}\n    password  ${password}\n\n  Sign in and change the password; it is shown only this once.\n`,
  );
}

if (process.argv.includes('--watch')) {
  const nest = spawn(process.execPath, [join(root, 'node_modules/@nestjs/cli/bin/nest.js'), 'start', '--watch'], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => nest.kill(signal));
  nest.on('exit', (code) => process.exit(code ?? 0));
} else {
  buildWhenNeeded(root);
  await import(pathToFileURL(join(root, 'dist/main.js')).href);
}
