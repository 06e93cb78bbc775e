// Imported by what npm starts: ends this process, as SIGTERM would, once npm has gone or the shell between them. npm hands a
// SIGTERM to that shell only, which hands nothing on; and nobody can hand on a SIGKILL.
import { readFileSync } from 'node:fs';

const parent = process.ppid;
const npm = isShellOfNpm(parent) ? parentOf(parent) : null;
const watch = setInterval(() => {
  if (process.ppid === parent && (npm === null || parentOf(parent) === npm)) return;
  clearInterval(watch);
  process.kill(process.pid, 'SIGTERM');
}, 500);
watch.unref();

function isShellOfNpm(pid) {
  const script = process.env.npm_lifecycle_script;
  return Boolean(script && read(`/proc/${pid}/cmdline`)?.includes(script));
}

/** Another one as soon as its parent has ended; null where the system doesn't tell. */
function parentOf(pid) {
  return /^PPid:\s*(\d+)/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1] ?? null;
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
