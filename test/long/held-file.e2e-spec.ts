import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import SqliteFile from 'better-sqlite3';
import { Person, type Page } from '../support/person';
import { SiteProcess } from '../support/processes';
import { productionSecrets, superuser, testEnvironment } from '../support/site';

const HELD_MS = 20_000;
const EVERY_MS = 50;

describe('a site whose SQLite file another program holds for 20 s, at 20 writes a second,', () => {
  let folder: string;
  let path: string;
  let site: SiteProcess;
  let asker: Worker;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mfo-held-'));
    path = join(folder, 'mfo.sqlite');
    site = new SiteProcess({ ...testEnvironment(`sqlite:${path}`), ...productionSecrets, NODE_ENV: 'production' });
    asker = new Worker(join(__dirname, '../support/health-asker.mjs'), { workerData: await site.origin() });
  });
  afterAll(async () => {
    await asker.terminate();
    await site.signal('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  });

  it('answers its health check within 200 ms, shows pages, puts writes off and loses none that it accepted', async () => {
    const origin = await site.origin();
    const admin = new Person(origin);
    await admin.signIn(productionSecrets.SUPERUSER_ID, superuser.password);
    const holder = new SqliteFile(path);
    holder.exec('BEGIN IMMEDIATE');
    const until = performance.now() + HELD_MS;
    const [writes, reads]: [Promise<Page>[], Promise<Page>[]] = [[], []];
    asker.postMessage('begin');
    for (let i = 0; performance.now() < until; i++) {
      writes.push(new Person(origin).signIn(`nobody${i}@example.org`, 'wrong password'));
      reads.push(admin.get('/account'));
      await pause(EVERY_MS);
    }
    holder.exec('ROLLBACK');
    holder.close();
    asker.postMessage('end');
    const [health] = (await once(asker, 'message')) as [{ status: number; took: number }[]];
    expect(health.length).toBeGreaterThan(HELD_MS / EVERY_MS / 2);
    for (const { status } of health) expect(status).toBe(200);
    const sorted = health.map(({ took }) => took).sort((one, other) => one - other);
    expect(sorted[Math.floor(sorted.length * 0.99)]).toBeLessThan(200);
    expect(new Set((await Promise.all(reads)).map(({ status }) => status))).toEqual(new Set([200]));
    const answers = await Promise.all(writes);
    for (const { status } of answers) expect([401, 429, 503]).toContain(status);
    const putOff = answers.filter(({ status }) => status === 503);
    expect(putOff.length).toBeGreaterThan(answers.length / 2);
    for (const { headers } of putOff) expect(headers.get('retry-after')).toMatch(/^\d+$/);
    const registered = await new Person(origin).register('after@example.org', 'a password of a user');
    expect(registered.status).toBe(303);
    expect(site.stdout + site.stderr).not.toMatch(/^\s+at .*:\d+:\d+/m);
  });
});
