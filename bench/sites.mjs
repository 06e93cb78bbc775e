// Starts the two sites as processes of their own, and signs people in.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const root = join(import.meta.dirname, '..');

export const password = 'the password of the bench';
export const cost = 10;

/** The production build on this database. `readyAfter` is the time in ms from its start to a ready answer. */
export async function startSite(databaseUrl) {
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
      SECURITY_PASSWORD_SALT: '982374650192837465019283746501928374650',
      SUPERUSER_ID: 'superuser@example.org',
      SUPERUSER_PASSWORD: password,
    },
  });
  while (!(await isReady(origin))) {
    if (child.exitCode !== null) throw new Error(`The site ended with ${child.exitCode}.`);
    await pause(5);
  }
  return { origin, readyAfter: performance.now() - started, ...processOf(child) };
}

/** The page written by hand. */
export async function startExpress() {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'express-site.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, NODE_ENV: 'production' },
  });
  const line = await new Promise((resolve) => child.stdout.once('data', (chunk) => resolve(String(chunk).trim())));
  return { origin: line, ...processOf(child) };
}

/** The cookie of somebody who has just signed in. */
export async function signIn(origin, email) {
  const answer = await fetch(`${origin}/login`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ email, password }),
  });
  const [cookie] = answer.headers.getSetCookie();
  if (answer.status !== 303 || !cookie) throw new Error(`The sign-in of ${email} answered ${answer.status}.`);
  return cookie.split(';')[0];
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
    /** Processor time so far in ms, whatever else the machine does; Linux counts it in hundredths of a second. */
    worked: () => {
      const [user, system] = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13);
      return (Number(user) + Number(system)) * 10;
    },
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', resolve);
        child.kill();
      }),
  };
}

async function isReady(origin) {
  try {
    return (await fetch(`${origin}/health/ready`)).status === 200;
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
