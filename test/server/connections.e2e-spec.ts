import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import { OwnServer, selfSigned } from '../support/own-server';
import { Person } from '../support/person';
import { cli, SiteProcess } from '../support/processes';
import { superuser, testEnvironment } from '../support/site';

const started: SiteProcess[] = [];
let keys: string;
let server: OwnServer;
let ca: string;

beforeAll(async () => {
  keys = await mkdtemp(join(tmpdir(), 'mfo-keys-'));
  const { certificate, key } = selfSigned(keys);
  ca = certificate;
  server = await OwnServer.start([`--ssl-cert=${certificate}`, `--ssl-key=${key}`, '--max-connections=60']);
  await server.run(
    'CREATE DATABASE `my festival/1`',
    'CREATE DATABASE mfo',
    "CREATE USER 'm@fo'@'%' IDENTIFIED BY 'p/#:@%w' REQUIRE SSL",
    "GRANT ALL ON *.* TO 'm@fo'@'%'",
    "CREATE USER open@'%'",
    "GRANT ALL ON *.* TO open@'%'",
  );
});
afterAll(async () => {
  await Promise.all(started.map((site) => site.signal('SIGKILL')));
  await server.remove();
  await rm(keys, { recursive: true, force: true });
});

/** An account that is refused without TLS. */
const user = 'm%40fo:p%2F%23%3A%40%25w';
const address = (host: string, rest: string) => `mysql://${user}@${host}:${server.port}/${rest}`;

function start(url: string, more: Record<string, string> = {}): SiteProcess {
  const site = new SiteProcess({ ...testEnvironment(url), ...more });
  started.push(site);
  return site;
}

describe('a server that requires TLS', () => {
  it('is reached over TLS by every connection, with every part of its address percent-encoded', async () => {
    const url = address('localhost', `my%20festival%2F1?sslCa=${ca}&connectionLimit=4`);
    const site = start(url);
    const person = new Person(await site.origin());
    const pages = await Promise.all(Array.from({ length: 20 }, () => person.get('/health/ready')));
    expect(new Set(pages.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await person.signIn(superuser.email, superuser.password)).status).toBe(303);
    const connection = await server.connect();
    const [sessions] = await connection.query<never[]>(
      "SELECT id FROM information_schema.processlist WHERE user = 'm@fo'",
    );
    await connection.end();
    // The account can't connect otherwise; so many did.
    expect(sessions.length).toBeGreaterThan(1);
    expect(sessions.length).toBeLessThanOrEqual(8);
    expect(await cli(testEnvironment(url), ['users', 'list'])).toMatchObject({ code: 0, stderr: '' });
    await site.signal('SIGTERM');
  });

  it.each([
    ['without TLS', () => address('localhost', 'mfo'), /Access denied/],
    ['with a certificate that nobody known has signed', () => address('localhost', 'mfo?ssl=true'), /self-signed/],
    ['under a name the certificate is not for', () => address('0', `mfo?sslCa=${ca}`), /altnames|number in place/],
    ['with a certificate that is not there', () => address('localhost', 'mfo?sslCa=/nowhere/ca.pem'), /ENOENT/],
  ])('is not reached %s, and a line says why', async (_case, url, why) => {
    const { code, stdout, stderr } = await start(url()).ended;
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^.+\n$/);
    expect(stderr).toMatch(why);
    expect(stderr).not.toContain('p/#:@%w');
  });

  it.each([['ssl=unverified'], ['ssl={"rejectUnauthorized":false}']])('is reached with %s', async (parameter) => {
    const ended = await cli(testEnvironment(address('127.0.0.1', `mfo?${parameter}`)), ['seed']);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('is reached by its IPv6 address', async () => {
    const ended = await cli(testEnvironment(address('[::1]', 'mfo?ssl=unverified')), ['seed']);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('a server that can’t be used for a while', () => {
  let site: SiteProcess;
  let origin: string;
  let admin: Person;
  const hasTrace = /^\s+at .*:\d+:\d+/m;
  const read = async () => (await admin.get('/account')).status;
  const write = async (email: string) => new Person(origin).register(email, 'a password of a user');

  beforeAll(async () => {
    site = start(`mysql://open@127.0.0.1:${server.port}/mfo?connectionLimit=4`);
    origin = await site.origin();
    admin = new Person(origin);
    await admin.signIn(superuser.email, superuser.password);
  });

  it('because it was restarted: 503 meanwhile, and again as before afterwards', async () => {
    await server.halt('SIGKILL');
    expect([await read(), (await write('gone@example.org')).status]).toEqual([503, 503]);
    expect((await new Person(origin).get('/health/live')).status).toBe(200);
    expect((await new Person(origin).get('/health/ready')).status).toBe(503);
    await server.resume();
    expect([await read(), (await write('back@example.org')).status]).toEqual([200, 303]);
    expect((await new Person(origin).get('/health/ready')).status).toBe(200);
  });

  it('because connections were ended', async () => {
    const connection = await server.connect();
    const [rows] = await connection.query<never[]>("SELECT id FROM information_schema.processlist WHERE user = 'open'");
    for (const { id } of rows as { id: number }[]) await connection.query(`KILL ${id}`);
    await connection.end();
    await pause(100);
    expect(await read()).toBe(200);
  });

  it('because there are too many connections', async () => {
    const held: Connection[] = [];
    const taking = start(`mysql://open@127.0.0.1:${server.port}/mfo`);
    const at = await taking.origin();
    await server.run('SET GLOBAL max_connections = 10');
    try {
      for (;;) held.push(await server.connect());
    } catch (error) {
      expect(String(error)).toMatch(/Too many connections/);
    }
    const pages = await Promise.all(Array.from({ length: 30 }, () => new Person(at).get('/health/ready')));
    const crowd = await Promise.all(
      Array.from({ length: 12 }, (_, i) => new Person(at).register(`crowd${i}@example.org`, 'a password of a user')),
    );
    await Promise.all(held.map((connection) => connection.end()));
    for (const { status } of pages) expect([200, 503]).toContain(status);
    for (const { status } of crowd) expect([303, 503]).toContain(status);
    await server.run('SET GLOBAL max_connections = 60');
    expect((await new Person(at).get('/health/ready')).status).toBe(200);
  });

  it('because another holds the lock of every change for longer than anybody waits', async () => {
    const connection = await server.connect();
    await connection.query('USE mfo');
    await connection.query('BEGIN');
    await connection.query("UPDATE access_state SET turn = 'held' WHERE id = 1");
    const put = write('waiting@example.org');
    expect(await read()).toBe(200);
    const page = await put;
    await connection.query('ROLLBACK');
    await connection.end();
    expect([page.status, page.h1]).toEqual([503, 'Not available just now']);
    expect((await write('waited@example.org')).status).toBe(303);
  });

  it('and leaves no trace in the log', () => {
    expect(site.stdout + site.stderr).not.toMatch(hasTrace);
  });
});
