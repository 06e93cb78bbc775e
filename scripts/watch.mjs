// What "npm run start:dev" does: compiles what is saved, starts the site again with it, and checks its types meanwhile.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { compileChanged, uncheckedFolder } from './compile.mjs';

/** Editors write a file in several steps. */
const SETTLES_MS = 50;
/** A request that takes longer does not keep the next start waiting. */
const PATIENCE_MS = 1_000;

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
  let site = start(root);
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
      await stop(site);
      site = start(root);
    });
  }

  async function end() {
    await files.close();
    await work;
    types.kill();
    rmSync(markOf(root), { force: true });
    const code = await stop(site);
    process.exit(code ?? 0);
  }
  process.once('SIGINT', end).once('SIGTERM', end);
}

function start(root) {
  const endWithThis = pathToFileURL(join(root, 'scripts/end-with-parent.mjs')).href;
  const words = ['--enable-source-maps', '--import', endWithThis, join(root, uncheckedFolder, 'main.js')];
  const site = spawn(process.execPath, words, { stdio: 'inherit' });
  site.on('exit', (code, signal) => {
    if (code) console.error('The site has ended. It is started again with the next change of src/.');
    else if (signal && !site.isStopped) console.error(`The site was ended by ${signal}.`);
  });
  return site;
}

/** @returns its exit code */
async function stop(site) {
  site.isStopped = true;
  if (site.exitCode !== null || site.signalCode !== null) return site.exitCode;
  const ended = new Promise((resolve) => site.once('exit', resolve));
  site.kill('SIGTERM');
  const timer = setTimeout(() => site.kill('SIGKILL'), PATIENCE_MS);
  const code = await ended;
  clearTimeout(timer);
  return code;
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
