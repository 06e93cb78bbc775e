// Names the files and functions of src/ that ran for one request of the superuser, by V8's coverage:
// npm run trip -- GET /admin          npm run trip -- POST /admin/users/change change=grant users=1 role=Admin
// The site runs on a database of its own; what it sends first is asked before, so that only this request is counted.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildWhenNeeded } from './build.mjs';
import { packagesFile } from './packages.mjs';

const root = join(import.meta.dirname, '..');
const [method = 'GET', path = '/', ...fields] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'mfo-trip-'));
const superuser = { email: 'admin@fakesite.com', password: 'superuser of the trip' };
Object.assign(process.env, {
  NODE_ENV: 'test',
  DATABASE_URL: `sqlite:${join(folder, 'mfo.sqlite')}`,
  SESSION_SECRET: 'of no use',
  SECURITY_PASSWORD_SALT: 'of no use',
  SUPERUSER_ID: superuser.email,
  SUPERUSER_PASSWORD: superuser.password,
  BCRYPT_COST: '4',
  LOG_LEVEL: 'error',
});

const compiled = await buildWhenNeeded(root);
const { createSite } = await import(pathToFileURL(join(compiled, 'site.js')).href);
const site = await createSite();
await site.listen(0, '127.0.0.1');
const origin = await site.getUrl();

/** A body is sent by every method but GET, which has the fields in its address. */
function ask(asked, address, values, headers = {}) {
  const body = new URLSearchParams(values);
  const query = asked === 'GET' && body.size > 0 ? `?${body}` : '';
  const init = asked === 'GET' ? {} : { body };
  return fetch(origin + address + query, { method: asked, redirect: 'manual', headers, ...init });
}

async function signIn() {
  const { headers } = await ask('POST', '/login', superuser);
  const [cookie = ''] = headers.getSetCookie();
  return { cookie: cookie.split(';')[0], accept: 'text/html' };
}

function isOurs(url) {
  return url.startsWith(pathToFileURL(compiled).href) && !url.endsWith(`/${packagesFile}`);
}

function ranIn({ url, functions }) {
  const names = functions
    .filter(({ ranges, functionName }) => ranges[0].count > 0 && isWritten(functionName))
    .map(({ functionName }) => functionName);
  return { file: sourceOf(fileURLToPath(url)), names };
}

/** Not what the compiler adds: a getter for each export, and the fields of a class. */
function isWritten(name) {
  return name !== '' && !name.startsWith('get ') && name !== '<instance_members_initializer>';
}

/** As its source map says. */
function sourceOf(file) {
  const { sources } = JSON.parse(readFileSync(`${file}.map`, 'utf8'));
  return relative(root, join(file, '..', sources[0])).replace(/^.*?src\//, 'src/');
}

try {
  const headers = await signIn();
  const values = fields.map((field) => field.split(/=(.*)/s).slice(0, 2));
  const session = new Session();
  session.connect();
  await ask('GET', '/account', [], headers);
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  const { status } = await ask(method, path, values, headers);
  const { result } = await session.post('Profiler.takePreciseCoverage');
  const own = result.filter(({ url }) => isOurs(url)).map(ranIn);
  const ran = own.filter(({ names }) => names.length > 0).sort((a, b) => (a.file < b.file ? -1 : 1));
  for (const { file, names } of ran) console.log(`${file}: ${names.join(', ')}`);
  const functions = ran.reduce((sum, { names }) => sum + names.length, 0);
  console.log(`${method} ${path} answered ${status}: ${ran.length} files, ${functions} functions`);
} finally {
  await site.close();
  rmSync(folder, { recursive: true, force: true });
}
