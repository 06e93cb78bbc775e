import * as fc from 'fast-check';
import { UserGrants } from '../src/accounts/user-grants.service';
import { UserRenames } from '../src/accounts/user-renames.service';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { AuditEvent } from '../src/audit/audit-event.entity';
import { AuditLog, type AuditFilter } from '../src/audit/audit-log.service';
import { AuditService } from '../src/audit/audit.service';
import type { Head } from '../src/audit/chain';
import { auditActions } from '../src/audit/describe-event';
import { Clock } from '../src/config/clock';
import { Database } from '../src/database/database';
import { AllUsers } from '../src/directory/all-users.service';
import { RolesService } from '../src/roles/roles.service';
import type { Page, Person } from './support/person';
import { cli, OperatorProcess, type Ended } from './support/processes';
import { Site, testEnvironment } from './support/site';
import { copyOf, faultOf as faultOn, tampered as tamperedOn } from './support/tampering';

const DAY = 24 * 60 * 60_000;

describe('the audit log', () => {
  let site: Site;
  let users: UsersService;
  let allUsers: AllUsers;
  let grants: UserGrants;
  let roles: RolesService;
  let log: AuditLog;
  let database: Database;

  beforeAll(async () => {
    site = await Site.start({ TRUST_PROXY: 'loopback' });
    users = site.app.get(UsersService);
    allUsers = site.app.get(AllUsers);
    grants = site.app.get(UserGrants);
    roles = site.app.get(RolesService);
    log = site.app.get(AuditLog);
    database = site.app.get(Database);
    await make('ada@example.org', { name: 'Ada' });
    await users.deactivate(operator, 'ada@example.org');
    await users.activate(operator, 'ada@example.org');
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => site.stop());

  const make = (email: string, more: { name?: string; roles?: string[] } = {}) =>
    users.create(operator, { email, name: '', passwordHash: 'of nobody', active: true, roles: ['User'], ...more });
  const change = (sql: string) => site.database.change(sql);
  const events = () => database.read.find(AuditEvent, { order: { sequence: 'ASC' } });
  const mfo = (...words: string[]): Promise<Ended> => cli(testEnvironment(site.database.url), words);
  const removed = (sequence: number) => `The audit log is broken: event ${sequence} was removed.`;
  const altered = (sequence: number) => `The audit log is broken at event ${sequence}: it was altered or inserted.`;
  const faultOf = (head?: Head) => faultOn(site, head);
  const tampered = (sql: string[], look: () => Promise<void>) => tamperedOn(site, sql, look);

  /** Any event, told by where it stands among all. */
  const anyEvent = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  async function forEvents(runs: number, look: (sequence: number, last: number) => Promise<void>): Promise<void> {
    const last = (await log.head()).sequence;
    await fc.assert(
      fc.asyncProperty(anyEvent, (place) => look(1 + Math.floor(place * last), last)),
      // The first and the last one always.
      { numRuns: runs + 2, endOnFailure: true, examples: [[0], [0.999999]] },
    );
  }

  describe('is one chain', () => {
    it('which the command line finds whole, and whose head it prints', async () => {
      const all = await events();
      const { hash } = all.at(-1)!;
      expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, i) => i + 1));
      const whole = `The audit log is whole: ${all.length} events, head ${hash}.\n`;
      expect(await mfo('audit', 'verify')).toEqual({ code: 0, stdout: whole, stderr: '' });
      const head = { code: 0, stdout: `${all.length}:${hash}\n`, stderr: '' };
      expect(await mfo('audit', 'head')).toEqual(head);
      expect(await mfo('audit', 'verify', '--head', head.stdout.trim())).toMatchObject({ code: 0, stdout: whole });
    });

    it.each([
      ['at', "'2020-01-01 00:00:00.000'"],
      ['actor', "'user 4711'"],
      ['action', "'user.altered'"],
      ['subject', "'user 4711'"],
      ['before', `'{"active":"altered"}'`],
      ['after', `'{"active":"altered"}'`],
      ['reason', "'altered'"],
      ['request_id', "'altered'"],
      ['previous_hash', `'${'a'.repeat(64)}'`],
      ['hash', `'${'a'.repeat(64)}'`],
      ['hash', 'NULL'],
      ['after', "''"],
    ])('whose %s can’t be made %s', async (column, value) => {
      await forEvents(3, async (sequence) => {
        await tampered([`UPDATE audit_events SET \`${column}\` = ${value} WHERE sequence = ${sequence}`], async () => {
          expect(await faultOf()).toBe(altered(sequence));
        });
      });
    });

    it('which no event leaves, and in which none takes another number', async () => {
      await forEvents(6, async (sequence) => {
        for (const sql of ['DELETE FROM audit_events', 'UPDATE audit_events SET sequence = sequence + 1000'])
          await tampered([`${sql} WHERE sequence = ${sequence}`], async () => {
            expect(await faultOf()).toBe(removed(sequence));
          });
      });
    });

    it('or the command line says which event is the first to be missed', async () => {
      const fault = { code: 1, stdout: '', stderr: `${removed(2)}\n` };
      await tampered(['DELETE FROM audit_events WHERE sequence IN (2, 4)'], async () => {
        expect(await mfo('audit', 'verify')).toEqual(fault);
      });
    });

    it('in which none is put, before, between or after the others', async () => {
      await forEvents(5, async (sequence, last) => {
        const room = [
          `UPDATE audit_events SET sequence = sequence + 1000 WHERE sequence > ${sequence}`,
          `UPDATE audit_events SET sequence = sequence - 999 WHERE sequence > 1000`,
        ];
        const following = sequence + 1;
        await tampered([...room, ...copyOf(sequence, following)], async () => {
          expect(await faultOf()).toBe(altered(following));
        });
        await tampered(copyOf(sequence, last + 1), async () => expect(await faultOf()).toBe(altered(last + 1)));
        await tampered(copyOf(sequence, -1), async () => expect(await faultOf()).toBe(altered(-1)));
      });
    });

    it('whose end can’t be cut unseen by who has kept its head', async () => {
      const { sequence, hash } = await log.head();
      const cut = [
        `DELETE FROM audit_events WHERE sequence > ${sequence - 2}`,
        `UPDATE audit_head SET sequence = ${sequence - 2},
           hash = (SELECT hash FROM audit_events WHERE sequence = ${sequence - 2})`,
      ];
      await tampered(cut, async () => {
        expect(await faultOf()).toBe('none');
        expect(await faultOf({ sequence, hash })).toBe(removed(sequence - 1));
        const fault = { code: 1, stdout: '', stderr: `${removed(sequence - 1)}\n` };
        expect(await mfo('audit', 'verify', '--head', `${sequence}:${hash}`)).toEqual(fault);
      });
      expect(await faultOf({ sequence, hash: 'a'.repeat(64) })).toBe(altered(sequence));
    });

    it('which goes on behind what somebody put there, so that nobody’s change fails of it', async () => {
      const { sequence } = await log.head();
      const foreign = `INSERT INTO audit_events (sequence, at, actor, action, subject)
        VALUES (${sequence + 1}, '2026-01-01 00:00:00.000', 'operator', 'user.create', 'user 1')`;
      await tampered([foreign], async () => {
        await users.deactivate(operator, 'ada@example.org');
        expect(await faultOf()).toBe(altered(sequence + 1));
      });
      await users.activate(operator, 'ada@example.org');
    });

    it('that stays whole when a person is erased', async () => {
      const { id } = await make('erased@example.org', { name: 'To be erased' });
      await users.delete(operator, 'erased@example.org');
      await change(`UPDATE audit_events SET personal = NULL, ip = NULL WHERE subject = 'user ${id}'`);
      expect(await faultOf()).toBe('none');
      expect(JSON.stringify(await events())).not.toMatch(/erased/i);
    });

    it('of the changes of twenty processes at once, without a gap', async () => {
      const before = await log.head();
      const emails = Array.from({ length: 20 }, (_, i) => `busy${i}@example.org`);
      for (const email of emails) await make(email);
      const operators = await Promise.all(emails.map(() => OperatorProcess.start(testEnvironment(site.database.url))));
      try {
        const answers = await Promise.all(
          operators.map(async (process, i) => {
            const said: string[] = [];
            for (let turn = 0; turn < 10; turn += 1)
              said.push(await process.order(turn % 2 ? 'activate' : 'deactivate', emails[i]!));
            return said;
          }),
        );
        expect(answers.flat()).toEqual(Array(200).fill('done'));
      } finally {
        operators.forEach((process) => process.stop());
      }
      const { head } = await log.verify(before);
      expect(head.sequence).toBe(before.sequence + 220);
      expect((await events()).map(({ sequence }) => sequence)).toEqual(
        Array.from({ length: head.sequence }, (_, i) => i + 1),
      );
    });
  });

  describe('has its page', () => {
    let admin: Person;
    beforeAll(async () => {
      admin = await site.admin();
    });

    /** Somebody who holds a role of their own, which carries these. */
    async function holderOf(...permissions: string[]): Promise<Person> {
      const name = permissions.join(' ');
      const person = await site.user();
      const { email } = (await allUsers.newest(1))[0]!;
      await roles.create(operator, { name, description: '', permissions });
      await grants.give(operator, email, name);
      return person;
    }

    const paths = ['/admin/audit', '/admin/audit/export', '/admin/audit/export?format=jsonl'];
    const statuses = (person: Person) => Promise.all(paths.map(async (path) => (await person.get(path)).status));

    it('for who holds audit-read in the administration, and for nobody else', async () => {
      expect(await statuses(admin)).toEqual([200, 200, 200]);
      expect(await statuses(await holderOf('admin-read', 'admin-write', 'audit-read'))).toEqual([200, 200, 200]);
      expect(await statuses(await holderOf('admin-read', 'admin-write'))).toEqual([403, 403, 403]);
      expect(await statuses(await holderOf('audit-read'))).toEqual([403, 403, 403]);
      expect(await statuses(await site.user())).toEqual([403, 403, 403]);
      expect(await statuses(site.visitor())).toEqual([303, 303, 303]);
    });

    it('which those find who may see it', async () => {
      expect((await admin.get('/admin')).body).toContain('href="/admin/audit"');
      const crew = await holderOf('admin-write', 'admin-read');
      expect((await crew.get('/admin')).body).not.toContain('href="/admin/audit"');
    });

    it('that tells in words who did what to whom, by their names to who may see users', async () => {
      const { id } = await make('told@example.org', { name: 'Told <b>of' });
      await grants.give(operator, 'told@example.org', 'Admin');
      const page = await admin.get(`/admin/audit?person=${id}`);
      expect(sentencesOn(page)).toEqual([
        'The operator gave a role to Told &lt;b&gt;of: Admin',
        'The operator made the account of Told &lt;b&gt;of',
      ]);
      // What unfolds has the address.
      expect(page.body).toContain(`<a href="/admin/users/${id}"><bdi>told@example.org</bdi></a>`);
      expect(page.body).toContain('<dt>role</dt><dd>Admin</dd>');
      const clerk = await holderOf('admin-read', 'audit-read', 'admin-write');
      const seen = (await clerk.get(`/admin/audit?person=${id}`)).body;
      expect(seen).toContain(`The operator gave a role to user ${id}`);
      for (const path of ['/admin/audit', ...paths]) {
        const page = await clerk.get(path);
        expect(page.body).not.toContain('told@example.org');
        expect(page.body).not.toContain('Told');
      }
      expect((await clerk.get('/admin/audit?person=told@example.org')).status).toBe(422);
      expect((await admin.get('/admin/audit?person=Told@Example.org')).body).toContain('gave a role');
    });

    it('with the address of who has no name, or one that could be taken for another’s', async () => {
      const people: [string, string][] = [
        ['nameless@example.org', ''],
        ['grace.one@example.org', 'Grace Hopper'],
        ['grace.two@example.org', 'Grаce hopper'], // with a Cyrillic letter
        ['mallory@example.org', 'The Operator'],
        ['eve@example.org', 'grace.one@example.org'],
        ['alan@example.org', 'Alan Turing'],
      ];
      for (const [email, name] of people) await make(email, { name });
      const { id } = await users.byEmail('alan@example.org');
      await make('numbered@example.org', { name: `User ${id}` });
      expect(sentencesOn(await admin.get('/admin/audit?action=user.create')).slice(0, 7)).toEqual([
        `The operator made the account of User ${id} (numbered@example.org)`,
        'The operator made the account of Alan Turing',
        'The operator made the account of grace.one@example.org (eve@example.org)',
        'The operator made the account of The Operator (mallory@example.org)',
        'The operator made the account of Grаce hopper (grace.two@example.org)',
        'The operator made the account of Grace Hopper (grace.one@example.org)',
        'The operator made the account of nameless@example.org',
      ]);
    });

    it('by the name they have now, and the one they had then; of somebody deleted, by the last that is recorded', async () => {
      const { id } = await make('katherine@example.org', { name: 'Katherine Coleman' });
      await site.app.get(UserRenames).rename(operator, 'katherine@example.org', { name: 'Katherine Johnson' });
      const boss = await make('boss@example.org', { name: 'bell hooks', roles: ['Admin'] });
      const actor = { kind: 'user', id: boss.id, ip: '127.0.0.1', requestId: 'r' } as const;
      await users.deactivate(actor, 'katherine@example.org');
      const now = await admin.get(`/admin/audit?person=${id}`);
      const told = [
        'bell hooks deactivated Katherine Johnson',
        'The operator changed what Katherine Johnson is called',
        'The operator made the account of Katherine Johnson (then called Katherine Coleman)',
      ];
      expect(sentencesOn(now)).toEqual(told);
      expect(now.body).toContain(`<a href="/admin/users/${id}"><bdi>katherine@example.org</bdi></a>`);
      await users.delete(operator, 'katherine@example.org');
      const later = await admin.get(`/admin/audit?person=${id}`);
      expect(sentencesOn(later)).toEqual(['The operator deleted Katherine Johnson', ...told]);
      expect(later.body).toContain('<bdi>katherine@example.org</bdi>');
      expect(later.body).not.toContain(`href="/admin/users/${id}"`);
      await change(`UPDATE audit_events SET personal = NULL, ip = NULL WHERE subject = 'user ${id}'`);
      expect(sentencesOn(await admin.get(`/admin/audit?person=${id}`))[0]).toBe(`The operator deleted user ${id}`);
    });

    it('and with the event of a deleted role, who lost it: the first of them, and how many more', async () => {
      await roles.create(operator, { name: 'Ushers', description: '', permissions: [] });
      const all: number[] = [];
      for (let i = 0; i < 22; i++)
        all.push((await make(`usher${i}@example.org`, { name: `Usher No ${100 + i}`, roles: ['Ushers'] })).id);
      const former = await make('former@example.org', { name: 'Former Usher' });
      await grants.give(operator, 'former@example.org', 'Ushers', { until: new Date(Date.now() + 1000) });
      jest.spyOn(site.app.get(Clock), 'now').mockReturnValue(new Date(Date.now() + 2000));
      await roles.delete(operator, 'Ushers');
      await users.delete(operator, 'usher1@example.org');
      const [event] = await log.page({ actions: ['role.delete'] }, 1);
      expect(event?.before).toContain(`"held by":["user ${all[0]}",`);
      expect(event?.before).not.toContain(`user ${former.id}"`);
      const { body } = await admin.get('/admin/audit?action=role.delete');
      expect(body).toContain(`<a href="/admin/users/${all[0]}">Usher No 100</a>, user ${all[1]}, <a`);
      expect(body).toContain(`>Usher No 119</a> and 2 more.`);
      expect(body).toContain(
        `href="/admin/users/change?change&#x3D;grant&amp;users&#x3D;${all[0]}&amp;users&#x3D;${all[2]}`,
      );
      const auditor = await (
        await holderOf('admin-write', 'audit-read', 'admin-read')
      ).get('/admin/audit?action=role.delete');
      expect(auditor.body).toContain(`user ${all[0]}, user ${all[1]},`);
      expect(auditor.body).not.toContain('Usher No 100');
    });

    it('in pages that show each event once, whatever is recorded meanwhile', async () => {
      const numbers: number[] = [];
      const { sequence } = await log.head();
      let path: string | undefined = '/admin/audit';
      while (path) {
        const { body } = await admin.get(path);
        const shown = [...body.matchAll(/id="event-(\d+)"/g)].map(([, number]) => Number(number));
        expect(shown.length).toBeLessThanOrEqual(50);
        numbers.push(...shown);
        path = /href="([^"]*)" rel="next"/.exec(body)?.[1]?.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&');
        await users.deactivate(operator, 'ada@example.org');
        await users.activate(operator, 'ada@example.org');
      }
      expect(numbers).toEqual(Array.from({ length: sequence }, (_, i) => sequence - i));
    });

    it('that helps who finds nothing', async () => {
      expect((await admin.get('/admin/audit?from=2001-01-01&to=2001-01-02')).body).toContain('No event matches.');
      expect((await admin.get('/admin/audit?before=1')).body).toContain('There are no older events.');
    });

    it('of a role: how it was changed, and whom it was given and taken from', async () => {
      const made = { name: 'Front gate', description: '', permissions: ['user-read'] };
      await site.app.get(RolesService).create(operator, made);
      await site.app.get(UserGrants).give(operator, 'ada@example.org', 'Front gate');
      await site.app.get(UserGrants).revoke(operator, 'ada@example.org', 'Front gate');
      const found = (await admin.get('/admin/audit?role=Front+gate')).body;
      expect([...found.matchAll(/<code>([a-z]+\.[a-z]+)<\/code>/g)].map(([, action]) => action)).toEqual([
        'grant.remove',
        'grant.add',
        'role.create',
      ]);
      expect((await admin.get('/admin/audit?role=Front+gate&action=grant')).body).not.toContain('<code>role.create');
    });

    it('of a person: what they did, what was done to them, or both', async () => {
      const boss = await make('does@example.org', { name: 'Dora Does', roles: ['Admin'] });
      const actor = { kind: 'user', id: boss.id, ip: '127.0.0.1', requestId: 'r' } as const;
      await users.deactivate(actor, 'ada@example.org');
      await users.activate(operator, 'ada@example.org');
      const found = async (side: string) => sentencesOn(await admin.get(`/admin/audit?person=${boss.id}&side=${side}`));
      const [did, was] = ['Dora Does deactivated Ada', 'The operator made the account of Dora Does'];
      expect(await found('')).toEqual([did, was]);
      expect(await found('by+them')).toEqual([did]);
      expect(await found('to+them')).toEqual([was]);
      const both = await admin.get(`/admin/audit?person=${boss.id}&side=by+them&action=user.deactivate`);
      expect([sentencesOn(both), both.body.includes('<bdi>done by them</bdi>')]).toEqual([[did], true]);
    });

    it('of all that is about one thing', async () => {
      const { body } = await admin.get('/admin/audit?action=role');
      const actions = [...body.matchAll(/<code>([a-z]+)\.[a-z-]+<\/code>/g)].map(([, kind]) => kind);
      expect(new Set(actions)).toEqual(new Set(['role']));
      expect(body).toContain('All about roles');
    });

    it('says when it was last looked at whether anybody has changed or removed an entry', async () => {
      expect((await admin.get('/admin/audit')).body).toMatch(/Checked [^:]+:\d\d UTC: each of the newest \d+ events/);
    });

    it.each([
      ['person=nobody', 'Nobody is found by this.'],
      ['person=nobody@example.org', 'Nobody is found by this.'],
      ['person=0', 'Nobody is found by this.'],
      ['person=99999999999999999999', 'Nobody is found by this.'],
      ['role=Nothing', 'There is no such role.'],
      ['person=1&person=2', 'Enter one person.'],
      ['person=1&side=both', 'Choose one of these.'],
      ['action=user.destroy', 'Choose one of the actions.'],
      ['from=yesterday', 'Enter a day, like 2026-07-31.'],
      ['from=2026-02-30', 'Enter a day, like 2026-07-31.'],
      ['to=0000-00-00', 'Enter a day, like 2026-07-31.'],
      ['from=2026-02-02&to=2026-02-01', 'The last day comes before the first one.'],
    ])('which refuses %s beside the field', async (query, sentence) => {
      for (const path of ['/admin/audit', '/admin/audit/export']) {
        const { status, body } = await admin.get(`${path}?${query}`);
        expect([path, status]).toEqual([path, 422]);
        expect(body).toContain(sentence);
        expect(body).toContain('role="alert"');
      }
    });

    it.each(['0', '-1', 'x', '1e3', '1%20OR%201=1', '99999999999999999999', '1&before=2'])(
      'which refuses the forged place %s',
      async (before) => {
        const { status, body } = await admin.get(`/admin/audit?before=${before}`);
        expect(status).toBe(422);
        expect(body).toContain('There is no such page of the audit log.');
      },
    );

    it('which refuses an export of a kind that is not', async () => {
      expect((await admin.get('/admin/audit/export?format=xls')).status).toBe(422);
    });

    it('and shows an event that somebody has made nonsense of', async () => {
      const { sequence } = await log.head();
      const nonsense = `UPDATE audit_events SET \`after\` = 'no {json', personal = '[', actor = '' WHERE sequence = ${sequence}`;
      await tampered([nonsense], async () => {
        for (const path of paths) expect((await admin.get(path)).status).toBe(200);
      });
    });
  });

  it('finds the events of a person, an action and some days, as a plain look through all of them does', async () => {
    const { sequence } = await log.head();
    const days = Array.from(
      { length: sequence },
      (_, i) =>
        `UPDATE audit_events SET at = '2026-03-${String(1 + (i % 9)).padStart(2, '0')} ${i % 2 ? '00:00:00.000' : '23:59:59.999'}'
           WHERE sequence = ${i + 1}`,
    );
    await tampered(days, async () => {
      const all = (await events()).reverse();
      const moment = fc.option(
        fc.integer({ min: 0, max: 9 }).map((day) => new Date(Date.UTC(2026, 2, 1) + day * DAY)),
        { nil: undefined },
      );
      const filters: fc.Arbitrary<AuditFilter> = fc.record({
        person: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
        actor: fc.option(fc.constantFrom('operator', 'user 1'), { nil: undefined, freq: 1 }),
        subject: fc.option(fc.constantFrom('user 1', 'user 2'), { nil: undefined, freq: 1 }),
        actions: fc.option(fc.subarray(auditActions(), { minLength: 1 }), { nil: undefined, freq: 1 }),
        from: moment,
        until: moment,
      });
      await fc.assert(
        fc.asyncProperty(filters, fc.integer({ min: 1, max: 20 }), async (filter, pageSize) => {
          const found: number[] = [];
          for await (const page of log.all(filter, pageSize)) found.push(...page.map((event) => event.sequence));
          expect(found).toEqual(all.filter((event) => matches(event, filter)).map((event) => event.sequence));
        }),
        { numRuns: 60 },
      );
    });
  });

  function matches({ actor, subject, action, at }: AuditEvent, filter: AuditFilter): boolean {
    return (
      (filter.person === undefined || [actor, subject].includes(`user ${filter.person}`)) &&
      [actor, undefined].includes(filter.actor) &&
      [subject, undefined].includes(filter.subject) &&
      (filter.actions?.some((one) => one === action) ?? true) &&
      (filter.from === undefined || at >= filter.from) &&
      (filter.until === undefined || at < filter.until)
    );
  }

  describe('is exported', () => {
    const formula = '=HYPERLINK("https://evil.example","x")';

    it('as CSV that a spreadsheet takes for text, every event of it', async () => {
      const audit = site.app.get(AuditService);
      await make('formula@example.org', { name: formula });
      for (const reason of ['+1', '-1', '@SUM(1)', 'a "quoted", and\r\nbroken line'])
        await database.changeAccess((manager) =>
          audit.append(manager, { actor: operator, action: 'grant.add', subject: 'role =Crew', reason }),
        );
      const page = await (await site.admin()).get('/admin/audit/export');
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
      expect(page.headers.get('content-disposition')).toBe('attachment; filename=audit.csv');
      const [headings, ...rows] = parsedCsv(page.body);
      const all = (await events()).reverse();
      expect(rows.map(([sequence]) => Number(sequence))).toEqual(all.map(({ sequence }) => sequence));
      for (const cell of rows.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
      const column = (name: string) => rows.map((row) => row[headings!.indexOf(name)]);
      expect(column('name')).toContain(`'${formula}`);
      expect(column('reason').slice(0, 4)).toEqual(['a "quoted", and\r\nbroken line', "'@SUM(1)", "'-1", "'+1"]);
      expect(new Set(rows.map((row) => row.length))).toEqual(new Set([headings!.length]));
    });

    it('as JSON lines, of what was searched for', async () => {
      const { id } = await users.byEmail('ada@example.org');
      const page = await (await site.admin()).get(`/admin/audit/export?format=jsonl&person=${id}&action=user.activate`);
      const lines = page.body
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { subject: string; action: string });
      expect(lines.length).toBeGreaterThan(0);
      for (const { subject, action } of lines) expect([subject, action]).toEqual([`user ${id}`, 'user.activate']);
      expect(page.headers.get('content-disposition')).toBe('attachment; filename=audit.jsonl');
    });
  });
});

/** What a line says that is still folded, without its markup and its time. */
function sentencesOn({ body }: Page): string[] {
  const lines = [...body.matchAll(/<summary><span>(.*?)<\/span> <span class="quiet">[^<]*<\/span>\s*<\/summary>/gs)];
  return lines.map(([, line = '']) => line.replace(/<[^>]*>/g, ''));
}

/** RFC 4180 */
function parsedCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)!.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}
