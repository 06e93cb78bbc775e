// What the administration's pages cost with a big population. Prints one line for each figure; exits with 1 when one
// misses its target or a page is not there. "npm run bench:console -- --quick" is a small run; --users, --roles,
// --grants and --engine (sqlite or mysql) choose another; --keep leaves the database and says how to use it again.
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { opened, scratch } from './databases.mjs';
import { percentile, timesOf } from './measure.mjs';
import { crewName, networkName, populate } from './population.mjs';
import { conclude, tellOutcome } from './report.mjs';
import { signIn, startSite } from './sites.mjs';

const { values: options } = parseArgs({
  options: {
    users: { type: 'string' },
    roles: { type: 'string' },
    grants: { type: 'string' },
    engine: { type: 'string', default: 'mysql' },
    quick: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    /** A database that an earlier run kept, as in DATABASE_URL. */
    on: { type: 'string' },
  },
});
const REQUESTS = options.quick ? 20 : 60;
const WARM_UP = 5;

const database = options.on ? await opened(options.on) : await scratch(options.engine);
try {
  if (!options.on) await fill();
  await measureOn(database);
} finally {
  if (options.on) await database.close();
  else if (options.keep) {
    await database.close();
    console.log(`Kept. To measure it again: npm run bench:console -- --on ${database.url}`);
  } else await database.drop();
}
conclude();

async function fill() {
  const sizes = sizesOf(options);
  const site = await startSite(database.url);
  await site.stop();
  const begun = performance.now();
  await populate(database, sizes);
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  console.log(`${sizes.users} users, ${sizes.roles} roles, ${sizes.grants} grants on ${options.engine}: ${seconds} s`);
}

function sizesOf({ users, roles, grants, engine, quick }) {
  const standard = quick ? 10_000 : engine === 'sqlite' ? 100_000 : 1_000_000;
  const count = Number(users ?? standard);
  return {
    users: count,
    roles: Number(roles ?? (quick ? 20 : 200)),
    grants: Number(grants ?? 3 * count),
    popular: Math.floor(count / 10),
  };
}

async function measureOn(database) {
  const facts = await factsOf(database);
  const site = await startSite(database.url);
  try {
    const cookie = await signIn(site.origin, 'superuser@example.org');
    const ask = (path) => fetch(site.origin + path, { headers: { cookie }, redirect: 'manual' });
    for (const page of pagesOf(facts)) await measurePage(ask, page, site);
    for (const list of listsOf(facts)) await measureWalk(ask, list, site);
    for (const path of exportsOf()) await measureExport(ask, path, site);
  } finally {
    await site.stop();
  }
}

/** The pages: by the number of a request, its address; and the most that all but one in twenty may take, in ms. */
function pagesOf({ people, crews, popular, everybody, rare }) {
  const person = (i) => people[i % people.length];
  const crew = (i) => crews[i % crews.length];
  const users = (query) => `/admin/users?${new URLSearchParams(query)}`;
  const route = (name, more = {}) => `/admin/access/route?${new URLSearchParams({ route: name, ...more })}`;
  const activity = (query = {}) => `/admin/activity?${new URLSearchParams(query)}`;
  const orders = ['newest', 'oldest', 'address', 'address-down', 'last-sign-in', 'longest-away'];
  const edited = ({ name, description, permissions, version }, i) =>
    `/admin/roles/change?${new URLSearchParams([
      ...Object.entries({ change: 'edit', role: name, name, description, base: version }),
      ...[...permissions, i % 2 ? 'audit-read' : 'users-read'].map((permission) => ['permissions', permission]),
    ])}`;
  const one = 100;
  const page = 200;
  return [
    { what: 'users, first page', most: one, path: () => '/admin/users' },
    { what: 'users, each order', most: one, path: (i) => users({ sort: orders[i % orders.length] }) },
    { what: 'users, by last sign-in', most: one, path: () => users({ sort: 'last-sign-in' }) },
    {
      what: 'users, name begins with',
      most: one,
      path: (i) => users({ search: person(i).name.slice(0, 3 + (i % 6)) }),
    },
    {
      what: 'users, address begins with',
      most: one,
      path: (i) => users({ search: person(i).email.slice(0, 4 + (i % 9)) }),
    },
    { what: 'users, whom nothing begins with', most: one, path: (i) => users({ search: `zzz${i}` }) },
    { what: 'users, with a role', most: one, path: (i) => users({ role: crew(i).name }) },
    { what: 'users, not active', most: one, path: () => users({ state: 'not active' }) },
    { what: 'users, address not confirmed', most: one, path: () => users({ state: 'not confirmed' }) },
    { what: 'users, no sign-in for 90 days', most: one, path: () => users({ away: '90' }) },
    {
      what: 'users, all filters at once',
      most: one,
      path: (i) => users({ search: person(i).email.slice(0, 3), role: crew(i).name, state: 'active', away: '90' }),
    },
    {
      what: 'the search, while somebody types',
      most: one,
      path: (i) => `/admin/search?${new URLSearchParams({ q: person(i).name.slice(0, 1 + (i % 6)) })}`,
    },
    { what: "one user's page", most: one, path: (i) => `/admin/users/${person(i).id}` },
    { what: 'the dashboard', most: page, path: () => '/admin' },
    { what: 'the roles', most: page, path: () => '/admin/roles' },
    { what: 'a role that every tenth holds', most: one, path: () => `/admin/roles/${popular.id}` },
    { what: 'a role, each', most: one, path: (i) => `/admin/roles/${crew(i).id}` },
    { what: 'the permissions', most: page, path: () => '/admin/permissions' },
    { what: 'the access map', most: 300, path: () => '/admin/access' },
    {
      what: 'why, a person',
      most: one,
      path: (i) => `/admin/access/why?${new URLSearchParams({ email: person(i).email })}`,
    },
    { what: 'who may use a common route', most: one, path: (i) => route('GET /admin', { after: person(i).id }) },
    { what: 'who may use what everybody may', most: one, path: (i) => route('GET /account', { after: person(i).id }) },
    { what: 'who may use a rare route', most: one, path: () => route('GET /admin/audit') },
    {
      what: 'who may use a rare route, further on',
      most: one,
      path: (i) => route('GET /admin/audit', { after: person(i).id }),
    },
    { what: 'the audit log', most: page, path: () => '/admin/audit' },
    {
      what: 'the audit log, of what a person did',
      most: page,
      path: (i) => `/admin/audit?${new URLSearchParams({ person: person(i).id, side: 'by them' })}`,
    },
    { what: 'sign-ins and refusals', most: one, path: () => activity() },
    { what: 'sign-ins and refusals of a person', most: one, path: (i) => activity({ person: person(i).id }) },
    { what: 'sign-ins and refusals by a name', most: one, path: (i) => activity({ person: person(i).name }) },
    { what: 'sign-ins and refusals from a network', most: one, path: (i) => activity({ network: networkName(i) }) },
    { what: 'refusals', most: one, path: () => activity({ kind: 'refusals' }) },
    { what: 'failed sign-ins, of which there are none', most: one, path: () => activity({ kind: 'failures' }) },
    {
      what: 'sign-ins and refusals of a day',
      most: one,
      path: (i) => activity({ from: dayBefore(i + 30), to: dayBefore(i + 30) }),
    },
    {
      what: "a change of every tenth's role, before it is made",
      most: 1000,
      path: (i) => edited(popular, i),
    },
    // It is about a hundred thousand people; with a million it takes ten times as long.
    ...(everybody.holders > 100_000
      ? []
      : [{ what: "a change of everybody's role, before it is made", most: 1000, path: (i) => edited(everybody, i) }]),
    {
      what: 'its deletion, before it is done',
      most: 1000,
      path: () => `/admin/roles/change?${new URLSearchParams({ change: 'delete', role: popular.name })}`,
    },
    {
      what: 'a change of fifty people, before it is made',
      most: 1000,
      path: (i) =>
        `/admin/users/change?${new URLSearchParams([
          ['change', 'grant'],
          ['role', rare.name],
          ...Array.from({ length: 50 }, (_, n) => ['users', person(i + n).id]),
        ])}`,
    },
  ];
}

/** Like 2026-12-31, so many days ago. */
function dayBefore(days) {
  return new Date(Date.now() - days * 24 * 60 * 60_000).toISOString().slice(0, 10);
}

/** Where one goes from page to page, and each next one costs no more than the first. */
function listsOf({ popular }) {
  return [
    { what: 'users, next page', most: 100, first: '/admin/users' },
    { what: 'users by address, next page', most: 100, first: '/admin/users?sort=address' },
    { what: 'users by last sign-in, next page', most: 100, first: '/admin/users?sort=last-sign-in' },
    { what: 'holders of a role, next page', most: 100, first: `/admin/roles/${popular.id}` },
    { what: 'sign-ins and refusals, next page', most: 100, first: '/admin/activity' },
    { what: 'people of a route, next page', most: 100, first: '/admin/access/route?route=GET+%2Fadmin' },
  ];
}

function exportsOf() {
  return ['/admin/users/export', '/admin/users/export?state=not+active', '/admin/audit/export'];
}

async function factsOf(database) {
  const [{ last }] = await database.run('SELECT MAX(id) AS last FROM users');
  const ids = Array.from({ length: 97 }, (_, i) => 2 + Math.floor(((last - 2) * i) / 97));
  const people = await database.run(
    `SELECT id, name, email FROM users WHERE id IN (${ids.join()}) AND active = 1 ORDER BY id`,
  );
  const roles = await database.run('SELECT id, name, description, holders FROM roles ORDER BY id');
  const named = (wanted) => roles.find(({ name }) => name === wanted);
  return {
    // Neighbours in this list are far from each other in the database.
    people: people.map((_, i) => people[(i * 31) % people.length]),
    crews: roles.filter(({ name }) => name.startsWith('Crew ')),
    popular: await wholeRole(database, named(crewName(1))),
    everybody: await wholeRole(database, named('User')),
    rare: roles.at(-1),
  };
}

/** With what it carries, and its version. */
async function wholeRole(database, role) {
  const carried = await database.run('SELECT permission FROM role_permissions WHERE role_id = ?', [role.id]);
  const permissions = carried.map(({ permission }) => permission).sort();
  return { ...role, permissions, version: versionOf(role, permissions) };
}

/** As a form names the role that it was filled from. */
function versionOf({ name, description }, permissions) {
  return createHash('sha256')
    .update(JSON.stringify([name, description, permissions]))
    .digest('hex');
}

async function measurePage(ask, { what, most, path }, site) {
  const missing = await whyNot(ask, path(0));
  if (missing) return miss(what, missing);
  await timesOf(WARM_UP, (i) => read(ask, path(i)));
  await measure(what, most, (i) => read(ask, path(i)), site);
}

/** The second half of a walk over twice as many pages. */
async function measureWalk(ask, { what, most, first }, site) {
  const missing = await whyNot(ask, first);
  if (missing) return miss(what, missing);
  let path = first;
  const walk = async () => {
    const body = await read(ask, path);
    path = nextOf(body) ?? first;
  };
  await timesOf(REQUESTS, walk);
  await measure(what, most, walk, site);
}

function nextOf(body) {
  const link = /<a [^>]*rel="next"[^>]*>/.exec(body)?.[0];
  return /href="([^"]*)"/
    .exec(link ?? '')?.[1]
    .replaceAll('&amp;', '&')
    .replaceAll('&#x3D;', '=');
}

/** Its first byte, its end, and how much more memory the site took meanwhile. */
async function measureExport(ask, path, site) {
  const what = `export ${path}`;
  const begun = performance.now();
  const before = site.memory();
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, site.memory())), 50);
  const answer = await ask(path);
  if (answer.status !== 200) {
    clearInterval(watch);
    await answer.text();
    return miss(what, answer.status === 404 ? 'not there' : `answered ${answer.status}`);
  }
  let [first, size] = [null, 0];
  for await (const chunk of answer.body) {
    first ??= performance.now() - begun;
    size += chunk.length;
  }
  clearInterval(watch);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const more = peak - before;
  tellOutcome(
    `${what}, memory`,
    more <= 100,
    `${more.toFixed(0)} MB more than ${before.toFixed(0)} MB, at most 100 MB`,
  );
  tellOutcome(
    `${what}, first byte`,
    first <= 500,
    `${first.toFixed(0)} ms, at most 500 ms; all ${(size / 1e6).toFixed(1)} MB after ${seconds} s`,
  );
}

/** null when it answers as it should. */
async function whyNot(ask, path) {
  const answer = await ask(path);
  await answer.text();
  return answer.status === 200 ? null : answer.status === 404 ? 'not there' : `${path} answered ${answer.status}`;
}

async function read(ask, path) {
  const answer = await ask(path);
  const body = await answer.text();
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}.`);
  return body;
}

async function measure(what, most, work, site) {
  const before = site.worked();
  const times = await timesOf(REQUESTS, work);
  const worked = ((site.worked() - before) / REQUESTS).toFixed(0);
  const [p95, middle] = [percentile(times, 0.95), percentile(times, 0.5).toFixed(0)];
  const figure = `${p95.toFixed(0)} ms at p95, at most ${most} ms`;
  tellOutcome(what, p95 <= most, `${figure} (half within ${middle} ms, of which the site worked ${worked} ms)`);
}

function miss(what, why) {
  tellOutcome(what, false, why);
}
