// Starts our site and its peers as processes of their own, and signs people in.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const root = join(import.meta.dirname, '..');

export const password = 'the password of the bench';
export const cost = 10;

/** The production build on this database. `readyAfter` is the time in ms from its start to a ready answer. */
export async function startSite(databaseUrl, environment = {}) {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const started = performance.now();
  const child = spawn(process.execPath, [join(root, 'dist/main.js')], {
    cwd: join(root, 'dist'),
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      PORT: String(port),
      APP_URL: origin,
      TRUST_PROXY: 'loopback',
      DATABASE_URL: databaseUrl,
      BCRYPT_COST: String(cost),
      LOG_LEVEL: 'error',
      SESSION_SECRET: 'Qm8rT2vX5yB9eH3kN6qS1uW4zC7fJ0mP',
      SECURITY_PASSWORD_SALT: 'q6PzX1vRk8Nw3yTbE5hMj0uGd7sCa4Lf',
      SUPERUSER_ID: 'superuser@example.org',
      SUPERUSER_PASSWORD: password,
      ...environment,
    },
  });
  while (!(await answers(`${origin}/health/ready`))) {
    if (child.exitCode !== null) throw new Error(`The site ended with ${child.exitCode}.`);
    await pause(5);
  }
  return { origin, readyAfter: performance.now() - started, ...processOf(child) };
}

/** The page written by hand. */
export async function startExpress() {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'peers/express-site.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, NODE_ENV: 'production' },
  });
  const line = await new Promise((resolve) => child.stdout.once('data', (chunk) => resolve(String(chunk).trim())));
  return { origin: line, ...processOf(child) };
}

/** The peer on Flask-Security-Too, with one worker of four threads, on an empty SQLite file. */
export async function startFlask() {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const folder = mkdtempSync(join(tmpdir(), 'mfo-bench-flask-'));
  const words = [
    '-m',
    'gunicorn',
    '--bind',
    `127.0.0.1:${port}`,
    '--worker-class',
    'gthread',
    '--threads',
    '4',
    'app:app',
  ];
  const child = spawn('/usr/bin/python3', words, {
    cwd: join(import.meta.dirname, 'peers/flask'),
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, DATABASE: join(folder, 'peer.sqlite'), PYTHONDONTWRITEBYTECODE: '1' },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
  while (!(await answers(`${origin}/login`))) {
    if (child.exitCode !== null) throw new Error(`The Flask peer did not start. ${whatFlaskNeeds}\n${said}`);
    await pause(50);
  }
  const { stop, ...flask } = processOf(child);
  return { origin, ...flask, stop: () => stop().then(() => rmSync(folder, { recursive: true })) };
}

const whatFlaskNeeds =
  'On Debian: apt-get install python3-flask-security python3-flask-sqlalchemy python3-bcrypt gunicorn.';

/** A new account at the Flask peer; the cookie of who has it, signed in. */
export async function registerAtFlask(origin, email) {
  const form = await fetch(`${origin}/register`);
  const [, token] = /csrf_token[^>]*value="([^"]+)"/.exec(await form.text());
  const answer = await fetch(`${origin}/register`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: cookieOf(form) },
    body: new URLSearchParams({ email, password, password_confirm: password, csrf_token: token }),
  });
  if (answer.status !== 302) throw new Error(`The registration at the Flask peer answered ${answer.status}.`);
  return cookieOf(answer);
}

function cookieOf(answer) {
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

/** The cookie of somebody who has just signed in. */
export async function signIn(origin, email) {
  const answer = await fetch(`${origin}/login`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ email, password }),
  });
  const cookie = cookieOf(answer);
  if (answer.status !== 303 || !cookie) throw new Error(`The sign-in of ${email} answered ${answer.status}.`);
  return cookie;
}

/** A new account. */
export async function register(origin, email) {
  const answer = await fetch(`${origin}/register`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ email, name: 'Somebody', password, password_confirm: password }),
  });
  if (answer.status !== 303) throw new Error(`The registration of ${email} answered ${answer.status}.`);
}

function processOf(child) {
  return {
    /** Resident memory in MB. */
    memory: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024,
    /** Processor time so far in ms, its workers' too, whatever else the machine does. */
    worked: () => [child.pid, ...childrenOf(child.pid)].map(workedBy).reduce((sum, time) => sum + time),
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', resolve);
        child.kill();
      }),
  };
}

function childrenOf(pid) {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
}

/** Linux counts it in hundredths of a second. */
function workedBy(pid) {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13);
  return (Number(user) + Number(system)) * 10;
}

async function answers(address) {
  try {
    return (await fetch(address)).status === 200;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
