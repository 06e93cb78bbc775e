import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { AuditChaining } from '../src/audit/audit-chaining.service';
import { AuditEvent } from '../src/audit/audit-event.entity';
import { AuditLog } from '../src/audit/audit-log.service';
import { Database } from '../src/database/database';
import { Seeder } from '../src/seed/seeder';
import { cli, SiteProcess } from './support/processes';
import { Site, superuser, testEnvironment } from './support/site';
import { copyOf, faultOf, tampered } from './support/tampering';

const greatest = 2 ** 31 - 1;

const head = (sequence: string, hash = `(SELECT hash FROM audit_events WHERE sequence = ${sequence})`) =>
  `UPDATE audit_head SET sequence = ${sequence}, hash = ${hash}`;
const withoutHead = head('NULL', 'NULL');
const withoutHashes = 'UPDATE audit_events SET previous_hash = NULL, hash = NULL';
const foreign = (sequence: number) =>
  `INSERT INTO audit_events (sequence, at, actor, action, subject)
     VALUES (${sequence}, '2026-01-01 00:00:00.000', 'operator', 'user.create', 'user 1')`;

const removed = (sequence: number) => `: event ${sequence} was removed.`;
const altered = (sequence: number) => ` at event ${sequence}: it was altered or inserted.`;
const setBack = (to: number, newest: number) =>
  `: its head was set back to event ${to}, and the newest is event ${newest}.`;
const noHead = ': its head was removed.';

/** What somebody does to the rows, and the fault that is named; both by the number of the newest event. */
const tamperings: [string, (last: number) => string[], (last: number) => string][] = [
  ['the head is gone', () => [withoutHead], () => noHead],
  ['the row of the head is gone', () => ['DELETE FROM audit_head'], () => noHead],
  ['the number of the head is gone', () => ['UPDATE audit_head SET sequence = NULL'], () => noHead],
  ['the hash of the head is gone', () => ['UPDATE audit_head SET hash = NULL'], () => noHead],
  [
    'an event is altered, one is gone, and so is the head',
    () => [
      "UPDATE audit_events SET actor = 'user 7' WHERE sequence = 5",
      'DELETE FROM audit_events WHERE sequence = 6',
      withoutHead,
    ],
    () => altered(5),
  ],
  ['the head and all hashes are gone', () => [withoutHashes, withoutHead], () => altered(1)],
  [
    'the head and all hashes are gone, and an event is altered',
    () => [withoutHashes, withoutHead, `UPDATE audit_events SET reason = 'as I like it' WHERE sequence = 4`],
    () => altered(1),
  ],
  [
    'the end is cut, and the head is gone',
    (last) => [`DELETE FROM audit_events WHERE sequence > ${last - 3}`, withoutHead],
    () => noHead,
  ],
  ['the head is set back', (last) => [head(String(last - 4))], (last) => setBack(last - 4, last)],
  ['the number of the head is set back', () => ['UPDATE audit_head SET sequence = 3'], (last) => setBack(3, last)],
  ['the head is set to the beginning', () => [head('0', `'${'0'.repeat(64)}'`)], (last) => setBack(0, last)],
  ['the number of the head is negative', () => ['UPDATE audit_head SET sequence = -5'], (last) => setBack(-5, last)],
  ['the head is set on', () => ['UPDATE audit_head SET sequence = sequence + 3'], (last) => removed(last + 1)],
  [
    'the head has the greatest number',
    () => [`UPDATE audit_head SET sequence = ${greatest}`],
    (last) => removed(last + 1),
  ],
  ['the head has another hash', () => [`UPDATE audit_head SET hash = '${'b'.repeat(64)}'`], altered],
  ['the newest event is gone', (last) => [`DELETE FROM audit_events WHERE sequence = ${last}`], removed],
  ['all events are gone', () => ['DELETE FROM audit_events'], () => removed(1)],
  ['all events and the head are gone', () => ['DELETE FROM audit_events', withoutHead], () => noHead],
  ['the greatest number is taken', () => [foreign(greatest)], (last) => removed(last + 1)],
  [
    'the greatest numbers are taken',
    () => [greatest, greatest - 1, greatest - 2].map(foreign),
    (last) => removed(last + 1),
  ],
  [
    'the head stands at the greatest number',
    (last) => [...copyOf(last, greatest), head(String(greatest))],
    (last) => removed(last + 1),
  ],
  [
    'an event has the number 0',
    // A server would take an inserted 0 for the next number.
    (last) => [foreign(last + 1), `UPDATE audit_events SET sequence = 0 WHERE sequence = ${last + 1}`],
    () => altered(0),
  ],
  ['an event has the least number', () => [foreign(-(2 ** 31))], () => altered(-(2 ** 31))],
  ['an event is there twice', (last) => copyOf(4, last + 1), (last) => altered(last + 1)],
  [
    'an event follows that nobody recorded, and the head is on it',
    (last) => [foreign(last + 1), head(String(last + 1), "''")],
    (last) => altered(last + 1),
  ],
  [
    'every event is there twice',
    (last) => [
      'CREATE TABLE copied AS SELECT * FROM audit_events',
      `UPDATE copied SET sequence = sequence + ${last}`,
      'INSERT INTO audit_events SELECT * FROM copied',
      'DROP TABLE copied',
    ],
    (last) => altered(last + 1),
  ],
  [
    'two events have changed places',
    () =>
      [
        [2, -2],
        [3, 2],
        [-2, 3],
      ].map(([from, to]) => `UPDATE audit_events SET sequence = ${to} WHERE sequence = ${from}`),
    () => altered(2),
  ],
];

describe('an audit log that somebody has changed', () => {
  let site: Site;
  let users: UsersService;
  const mfo = (...words: string[]) => cli(testEnvironment(site.database.url), words);
  const newest = async () => (await site.app.get(AuditLog).head()).sequence;
  const newestEvents = () => site.app.get(Database).read.find(AuditEvent, { order: { sequence: 'DESC' }, take: 1 });
  const broken = (fault: string) => `The audit log is broken${fault}`;

  beforeAll(async () => {
    site = await Site.start();
    site.app.useLogger(false);
    users = site.app.get(UsersService);
    await users.create(operator, {
      email: 'ada@example.org',
      name: '',
      passwordHash: '',
      active: true,
      roles: ['User'],
    });
  });
  afterAll(() => site.stop());

  const changes: [string, () => Promise<unknown>][] = [
    ['a change', () => users.deactivate(operator, 'ada@example.org')],
    ['another change', () => users.activate(operator, 'ada@example.org')],
    ['a registration', () => site.user()],
    ['a seed', () => site.app.get(Seeder).seed()],
  ];

  it.each(tamperings)('is named where %s, and nothing that goes on heals it', async (_case, sql, fault) => {
    const last = await newest();
    await tampered(site, sql(last), async () => {
      expect(await faultOf(site)).toBe(broken(fault(last)));
      const before = await site.app.get(Database).read.count(AuditEvent);
      for (const [what, change] of changes) {
        await change();
        expect([what, await faultOf(site)]).not.toEqual([what, 'none']);
      }
      expect(await site.app.get(Database).read.count(AuditEvent)).toBe(before + 3);
    });
  });

  it('is named by the command line, which exits 1', async () => {
    await tampered(site, [withoutHashes, withoutHead], async () => {
      expect(await mfo('audit', 'verify')).toEqual({ code: 1, stdout: '', stderr: `${broken(altered(1))}\n` });
      expect(await mfo('audit', 'head')).toEqual({ code: 1, stdout: '', stderr: `${broken(noHead)}\n` });
    });
  });

  it('and whose end is cut with its head is named by the head in the log of the last start', async () => {
    const start = async () => {
      const program = new SiteProcess(testEnvironment(site.database.url));
      try {
        return await program.says(/audit log head.*?(\d+:[0-9a-f]{64})/s);
      } finally {
        await program.signal('SIGTERM');
      }
    };
    const last = await newest();
    const logged = await start();
    expect(logged).toMatch(new RegExp(`^${last}:`));
    const cut = [`DELETE FROM audit_events WHERE sequence > ${last - 2}`, head(String(last - 2))];
    await tampered(site, cut, async () => {
      expect((await mfo('audit', 'verify')).code).toBe(0);
      const named = { code: 1, stdout: '', stderr: `${broken(removed(last - 1))}\n` };
      expect(await mfo('audit', 'verify', '--head', logged)).toEqual(named);
      for (const change of [changes[0]![1], changes[1]![1], changes[0]![1]]) await change();
      expect((await mfo('audit', 'verify', '--head', logged)).stderr).toBe(`${broken(altered(last))}\n`);
    });
    await users.activate(operator, 'ada@example.org');
  });

  it.each([
    ['by its head', [withoutHead], noHead],
    ['by an event', ['UPDATE audit_events SET hash = NULL WHERE sequence = 3'], altered(3)],
  ])(
    'is told of by the log of a start, %s, and by the list of changes, which serves all the same',
    async (_case, sql, fault) => {
      await tampered(site, sql, async () => {
        const program = new SiteProcess(testEnvironment(site.database.url));
        try {
          const visitor = await program.visitor();
          expect(program.stderr).toContain(broken(fault));
          expect((await visitor.register(`visitor${fault.length}@example.org`, 'a password of a user')).status).toBe(
            303,
          );
          expect((await visitor.get('/account')).status).toBe(200);
          const admin = await program.visitor();
          await admin.signIn(superuser.email, superuser.password);
          expect((await admin.get('/admin/audit')).body).toContain('Somebody has changed or removed events');
        } finally {
          await program.signal('SIGTERM');
        }
      });
    },
  );

  describe('is chained anew by the operator,', () => {
    const rechain = () => mfo('audit', 'rechain', '--reason', 'a row was altered by hand');

    it('who says why', async () => {
      expect((await mfo('audit', 'rechain')).code).toBe(2);
      expect((await mfo('audit', 'rechain', '--reason', ' ')).code).toBe(2);
      expect((await mfo('audit', 'rechain', '--reason', 'x'.repeat(256))).code).toBe(2);
    });

    it('but not while it is whole', async () => {
      const last = await newest();
      expect(await rechain()).toEqual({
        code: 1,
        stdout: '',
        stderr: 'The audit log is whole, so there is nothing to chain anew.\n',
      });
      expect(await newest()).toBe(last);
    });

    it('and tells what it does', async () => {
      await tampered(site, ["UPDATE audit_events SET actor = 'user 7' WHERE sequence = 5"], async () => {
        const said = await rechain();
        const [event] = await newestEvents();
        expect(said.stdout).toBe(
          `The audit log is chained anew, and event ${event!.sequence} records it. What was wrong: ${broken(altered(5))}\n` +
            `Its head is now ${event!.sequence}:${event!.hash}; one that was kept before no longer fits.\n`,
        );
        const verified = await mfo('audit', 'verify');
        expect([verified.code, verified.stderr]).toEqual([0, '']);
        expect(verified.stdout).toContain(`Event ${event!.sequence} says that the operator chained it anew`);
      });
    });

    it.each(tamperings)('where %s: it is whole, and the log tells of it', async (_case, sql) => {
      await tampered(site, sql(await newest()), async () => {
        const count = () => site.app.get(Database).read.count(AuditEvent);
        const before = await count();
        await users.deactivate(operator, 'ada@example.org');
        const { fault } = await site.app.get(AuditChaining).rechain('a row was altered by hand');
        expect(await faultOf(site)).toBe('none');
        const [event] = await newestEvents();
        expect(event).toMatchObject({
          actor: 'operator',
          action: 'audit.rechain',
          subject: 'audit log',
          reason: 'a row was altered by hand',
        });
        expect(JSON.parse(event!.before!)).toEqual({ fault });
        expect(await count()).toBe(before + 2);
        await users.activate(operator, 'ada@example.org');
        expect(await faultOf(site)).toBe('none');
        await site.database.change(`UPDATE audit_events SET reason = 'again' WHERE sequence = ${event!.sequence}`);
        expect(await faultOf(site)).toBe(broken(altered(event!.sequence)));
      });
    });
  });
});
