// What "npm run start:dev" does: compiles what is saved, starts the site again with it, and checks its types meanwhile.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { compileChanged, uncheckedFolder } from './compile.mjs';
import { packagesFile } from './packages.mjs';
import { WatchedSite } from './watched-site.mjs';

/** Editors write a file in several steps. */
const SETTLES_MS = 20;

/** Whether what is being edited is served just now. */
export function isWatching(root) {
  try {
    process.kill(Number(readFileSync(markOf(root), 'utf8')), 0);
    return true;
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(error.code)) return false;
    throw error;
  }
}

/** Serves what is being edited, until the process is told to end. */
export async function watch(root) {
  const { watch: watchFiles } = await import('chokidar');
  writeFileSync(markOf(root), String(process.pid));
  const site = new WatchedSite(root, join(root, uncheckedFolder));
  site.start();
  const types = checkTypes(root);
  let timer;
  const files = watchFiles(join(root, 'src'), { ignoreInitial: true });
  files.on('all', () => {
    clearTimeout(timer);
    timer = setTimeout(startAgain, SETTLES_MS);
  });

  let work = Promise.resolve();
  function startAgain() {
    work = work.then(async () => {
      const { changed, faults } = await compileChanged(root);
      for (const fault of faults) console.error(`${fault}\nWhat was there before is served on.`);
      if (faults.length > 0 || changed.length === 0) return;
      await site.startAgain(changed.includes(packagesFile));
    });
  }

  async function end() {
    await files.close();
    await work;
    types.kill();
    rmSync(markOf(root), { force: true });
    const code = await site.end();
    process.exit(code ?? 0);
  }
  process.once('SIGINT', end).once('SIGTERM', end);
}

/** Shows what tsc finds. What is not used yet is no error while somebody writes. */
function checkTypes(root) {
  const words = ['-p', 'tsconfig.build.json', '--noEmit', '--watch', '--preserveWatchOutput', '--pretty', 'false'];
  const checker = spawn(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...words], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  setPriority(checker.pid, 10);
  let isWrong = false;
  createInterface(checker.stdout).on('line', (line) => {
    const [, count] = /Found (\d+) errors?\./.exec(line) ?? [];
    if (isWrong && count === '0') console.log('The types are right again.');
    if (count !== undefined) isWrong = count !== '0';
    const finding = /^(.+): error (TS(\d+): .+)$/.exec(line);
    if (finding) console.log(`${finding[1]}: ${isUnused(finding[3]) ? 'warning' : 'type error'} ${finding[2]}`);
    else if (/^\s/.test(line)) console.log(line);
  });
  return checker;
}

function isUnused(code) {
  return ['6133', '6138', '6192', '6196', '6198'].includes(code);
}

function markOf(root) {
  return join(root, uncheckedFolder, '.watcher');
}
