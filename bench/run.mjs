// What the program costs, beside the same page written by hand. Prints one line for each figure; exits with 1 when one
// misses its target. "npm run bench -- pages start" measures only what is named; "-- --short" is one short round of all.
import { availableParallelism } from 'node:os';
import bcrypt from 'bcrypt';
import { Principal } from '../dist/access/principal.js';
import { decide } from '../dist/access/decide.js';
import { fill, scratch } from './databases.mjs';
import { inTurns, isShort, median, rate, ratio, rounds, work } from './measure.mjs';
import { conclude, tell } from './report.mjs';
import { cost, password, register, registerAtFlask, signIn, startExpress, startFlask, startSite } from './sites.mjs';

const engines = ['sqlite', 'mysql'];
const figures = { pages, flask, crowd, decision, start, flood, timing };
const asked = process.argv.slice(2).filter((word) => !word.startsWith('--'));

for (const [name, measure] of Object.entries(figures)) {
  if (asked.length === 0 || asked.includes(name)) await measure();
}
conclude({ isShort });

/** Home, a guarded page without data of its own, and the memory they take, beside those written by hand. */
async function pages() {
  const least = { sqlite: 0.9, mysql: 0.8 };
  for (const engine of engines) {
    await withSite(engine, async (site) => {
      const express = await startExpress();
      try {
        await besideHandWritten(site, express, engine, least[engine]);
      } finally {
        await express.stop();
      }
    });
  }
}

async function besideHandWritten(site, express, engine, leastOfPage) {
  await register(site.origin, 'bench0@example.org');
  const ours = await signIn(site.origin, 'bench0@example.org');
  const theirs = await signIn(express.origin, 'bench0@example.org');
  await expectSameHtml(site.origin, ours, express.origin, theirs);
  const [page, byHand] = await inTurns([
    () => rate(site.origin, { path: '/account/password', headers: { cookie: ours } }),
    () => rate(express.origin, { path: '/account/password', headers: { cookie: theirs } }),
  ]);
  tell(`guarded page / by hand, ${engine}`, ratio(page, byHand), { atLeast: leastOfPage });
  const [account, plain] = await inTurns([
    () => rate(site.origin, { path: '/account', headers: { cookie: ours } }),
    () => rate(site.origin, { path: '/account/password', headers: { cookie: ours } }),
  ]);
  tell(`account page, with what it reads / guarded page, ${engine}`, ratio(account, plain));
  const [home, homeByHand] = await inTurns([() => rate(site.origin), () => rate(express.origin)]);
  tell(`home of a visitor / by hand, ${engine}`, ratio(home, homeByHand), { atLeast: 0.97 });
  tell(`memory / by hand, ${engine}`, { value: site.memory() / express.memory() }, { atMost: 1.75 });
}

/** Processor time of one answer, beside the kind of application this one grew from. */
async function flask() {
  const peer = await startFlask();
  try {
    await withSite('sqlite', async (site) => {
      await register(site.origin, 'bench0@example.org');
      const ours = { cookie: await signIn(site.origin, 'bench0@example.org') };
      const theirs = { cookie: await registerAtFlask(peer.origin, 'bench0@example.org') };
      for (const [what, page, isSignedIn, most] of [
        ["visitor's home", { path: '/' }, false, 0.6],
        ['own page', { path: '/account/password' }, true, 0.25],
        ['forbidden page', { path: '/admin', status: 403 }, true, 0.3],
        ['login page', { path: '/login' }, false, 0.25],
      ]) {
        const [one, other] = await inTurns([
          () => work(site, { ...page, headers: isSignedIn ? ours : {} }),
          () => work(peer, { ...page, headers: isSignedIn ? theirs : {} }),
        ]);
        tell(`processor time of the ${what} / Flask's`, ratio(one, other), { atMost: most });
      }
    });
  } finally {
    await peer.stop();
  }
}

/** The guarded page with 100 users and with 100 000. */
async function crowd() {
  const size = isShort ? 1_000 : 100_000;
  for (const engine of engines) {
    await withSite(engine, async (few, fewDatabase) => {
      await withSite(engine, async (many, manyDatabase) => {
        const measures = [];
        for (const [site, database, count] of [
          [few, fewDatabase, 100],
          [many, manyDatabase, size],
        ]) {
          await register(site.origin, 'bench0@example.org');
          await fill(database, 'bench0@example.org', count);
          const people = Array.from({ length: 20 }, (_, i) => `bench${Math.floor((i * count) / 20)}@example.org`);
          const requests = [];
          for (const email of people)
            requests.push({ path: '/account', headers: { cookie: await signIn(site.origin, email) } });
          measures.push(() => rate(site.origin, { path: '/account', requests }));
        }
        const [ofFew, ofMany] = await inTurns(measures);
        tell(`guarded page, ${size} users / 100 users, ${engine}`, ratio(ofMany, ofFew), { atLeast: 0.9 });
      });
    });
  }
}

/** `decide` with a rule of five alternatives and a principal of 50 roles and 500 permissions. */
function decision() {
  const held = Array.from({ length: 50 }, (_, role) => ({
    role: `Role ${role}`,
    permissions: Array.from({ length: 10 }, (_, n) => `permission-${role}-${n}`),
    from: null,
    until: null,
  }));
  const principal = new Principal({ id: 1, email: '', name: '', hasConfiguredPassword: false }, held);
  const alternatives = (last) => [
    { kind: 'roles', anyOf: ['Admin'] },
    { kind: 'permissions', allOf: ['admin-read', 'admin-write'] },
    { kind: 'permissions', allOf: ['permission-0-0', 'users-write'] },
    { kind: 'roles', anyOf: ['Keeper', 'Booker'] },
    { kind: 'permissions', allOf: [last, 'permission-49-9'] },
  ];
  const now = new Date();
  for (const [outcome, last] of [
    ['allowed by the last', 'permission-49-8'],
    ['refused by all', 'audit-read'],
  ]) {
    const rule = { kind: 'all-of', conditions: [{ kind: 'any-of', alternatives: alternatives(last) }] };
    const times = Array.from({ length: rounds + 1 }, () => microseconds(() => decide(rule, principal, now)));
    tell(`decide, ${outcome}`, { value: median(times.slice(1)), unit: 'µs' }, { atMost: 2 });
  }
}

/** From the start of the process to its first ready answer, on a database that is up to date. */
async function start() {
  for (const engine of engines) {
    const database = await scratch(engine);
    const times = [];
    for (let round = -1; round < rounds; round++) {
      const site = await startSite(database.url);
      if (round >= 0) times.push(site.readyAfter / 1000);
      await site.stop();
    }
    await database.drop();
    tell(
      `ready after, ${engine}`,
      { value: median(times), spread: [Math.min(...times), Math.max(...times)], unit: 's' },
      { atMost: 2 },
    );
  }
}

/** The home page while 8 clients sign in without a pause, and how many of them get in. */
async function flood() {
  await withSite('sqlite', async (site, database) => {
    await register(site.origin, 'bench0@example.org');
    await fill(database, 'bench0@example.org', 100);
    // As many accounts and networks, so that none reaches the limit of successes.
    const requests = Array.from({ length: 100 }, (_, i) => signInRequest(`bench${i}@example.org`, `10.0.0.${i + 1}`));
    const signIns = () => rate(site.origin, { connections: 8, status: 303, requests });
    const [idle, busy, alone, hashes] = await inTurns([
      () => rate(site.origin),
      async () => (await Promise.all([rate(site.origin), signIns()]))[0],
      signIns,
      hashesASecond,
    ]);
    tell('home while 8 clients sign in / idle', ratio(busy, idle), { atLeast: 0.5 });
    tell('sign-ins / hashes of bcrypt alone', ratio(alone, hashes), { atLeast: 0.6 });
  });
}

/** What a stranger sends about a known and an unknown address, 50 times each, one after the other in turn: the time tells nothing. */
async function timing() {
  await withSite('sqlite', async (site, database) => {
    // Two in turn, since one account takes fewer than 50 wrong passwords in a day.
    for (const i of [0, 1]) await register(site.origin, `bench${i}@example.org`);
    await apart('refused sign-ins', site, '/login', 401, { password: 'not the password' });
    await apart('forgotten passwords', site, '/forgot-password', 303, {});
    const mailing = await startSite(database.url, { MAIL_URL: 'smtp://127.0.0.1:9' });
    try {
      await apart('registrations by mail', mailing, '/register', 303, { password, password_confirm: password });
    } finally {
      await mailing.stop();
    }
  });
}

async function apart(label, site, path, status, fields) {
  const send = async (email, network) => {
    const begun = performance.now();
    const answer = await fetch(site.origin + path, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'x-forwarded-for': network },
      body: new URLSearchParams({ email, ...fields }),
    });
    if (answer.status !== status) throw new Error(`POST ${path} answered ${answer.status}.`);
    await answer.text();
    return performance.now() - begun;
  };
  const [known, unknown] = [[], []];
  for (let i = -5; i < (isShort ? 2 : 50); i++) {
    const account = Math.abs(i % 2);
    const ofKnown = await send(`bench${account}@example.org`, `10.0.${i + 5}.1`);
    const ofUnknown = await send(`nobody${account}@example.org`, `10.0.${i + 5}.2`);
    if (i >= 0) known.push(ofKnown);
    if (i >= 0) unknown.push(ofUnknown);
  }
  const difference = Math.abs(median(known) / median(unknown) - 1);
  tell(`${label}, known and unknown apart, cost ${cost}`, { value: difference }, { atMost: 0.05 });
}

async function withSite(engine, work) {
  const database = await scratch(engine);
  const site = await startSite(database.url);
  try {
    await work(site, database);
  } finally {
    await site.stop();
    await database.drop();
  }
}

async function expectSameHtml(ourOrigin, ours, theirOrigin, theirs) {
  const pages = [
    { path: '/account/password', headers: [{ cookie: ours }, { cookie: theirs }] },
    // In a browser of its own: one that has just registered and comes without its cookie is told so.
    { path: '/', headers: [{ 'user-agent': 'a visitor' }, {}] },
  ];
  for (const { path, headers } of pages) {
    const fetchPage = async (origin, headers) => {
      const html = await (await fetch(origin + path, { headers })).text();
      return html.replace(/name="form" value="[-0-9a-f]{36}"/, 'name="form"').replace(/ data-who="\d+"/, '');
    };
    const one = await fetchPage(ourOrigin, headers[0]);
    const other = await fetchPage(theirOrigin, headers[1]);
    if (one !== other) throw new Error(`The two sites differ at ${path}:\n${one}\n---\n${other}`);
  }
}

function signInRequest(email, network) {
  return {
    method: 'POST',
    path: '/login',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-for': network },
    body: new URLSearchParams({ email, password }).toString(),
  };
}

/** As many at once as there are cores, for a second. */
async function hashesASecond() {
  const hash = await bcrypt.hash('of the bench', cost);
  const begun = performance.now();
  let count = 0;
  const work = async () => {
    for (; performance.now() - begun < 1000; count++) await bcrypt.compare('another', hash);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return count / ((performance.now() - begun) / 1000);
}

function microseconds(work) {
  const times = 200_000;
  const begun = performance.now();
  for (let i = 0; i < times; i++) work();
  return ((performance.now() - begun) / times) * 1000;
}
