// The processes of start:dev: one serves, and another has loaded the packages, which no edit changes, and waits to follow it.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A request that takes longer does not keep the next start waiting. */
const PATIENCE_MS = 1_000;
/** A start needs the processor first; after it the next process is made ready. */
const START_TAKES_MS = 1_500;

export class WatchedSite {
  #root;
  #folder;
  #serving;
  #waiting;
  #timer;

  /** @param folder what is compiled, to be served */
  constructor(root, folder) {
    [this.#root, this.#folder] = [root, folder];
  }

  start() {
    this.#serve(this.#next());
  }

  /** @param havePackagesChanged so that what waits has loaded those of before */
  async startAgain(havePackagesChanged) {
    clearTimeout(this.#timer);
    if (havePackagesChanged && this.#waiting) await stop(this.#waiting);
    // What was edited is loaded while the site that served before ends.
    const next = this.#next();
    next.send('./site');
    await stop(this.#serving);
    this.#serve(next);
  }

  /** @returns the exit code of what served */
  async end() {
    clearTimeout(this.#timer);
    if (this.#waiting) await stop(this.#waiting);
    return stop(this.#serving);
  }

  #next() {
    const next = this.#waiting && !hasEnded(this.#waiting) ? this.#waiting : this.#prepare();
    this.#waiting = undefined;
    return next;
  }

  #serve(site) {
    this.#serving = site;
    site.send('./main');
    this.#timer = setTimeout(() => (this.#waiting = this.#prepare()), START_TAKES_MS);
  }

  #prepare() {
    const endWithThis = pathToFileURL(join(import.meta.dirname, 'end-with-parent.mjs')).href;
    const program = join(import.meta.dirname, 'waiting-site.mjs');
    const site = spawn(process.execPath, ['--enable-source-maps', '--import', endWithThis, program, this.#folder], {
      cwd: this.#root,
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    });
    site.on('exit', (code, signal) => {
      if (code) console.error('The site has ended. It is started again with the next change of src/.');
      else if (signal && !site.isStopped) console.error(`The site was ended by ${signal}.`);
    });
    return site;
  }
}

/** @returns its exit code */
async function stop(site) {
  site.isStopped = true;
  if (hasEnded(site)) return site.exitCode;
  const ended = new Promise((resolve) => site.once('exit', resolve));
  site.kill('SIGTERM');
  const timer = setTimeout(() => site.kill('SIGKILL'), PATIENCE_MS);
  const code = await ended;
  clearTimeout(timer);
  return code;
}

function hasEnded(site) {
  return site.exitCode !== null || site.signalCode !== null;
}
