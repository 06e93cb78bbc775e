import { Principals } from '../src/accounts/principals.service';
import { UserGrants } from '../src/accounts/user-grants.service';
import { UsersService } from '../src/accounts/users.service';
import { operator, type Actor } from '../src/audit/actor';
import { Clock } from '../src/config/clock';
import { Database } from '../src/database/database';
import { AccessRequest } from '../src/requests/access-request.entity';
import { AccessRequests } from '../src/requests/access-requests.service';
import { RequestDecisions } from '../src/requests/request-decisions.service';
import { RolesService } from '../src/roles/roles.service';
import { UserHoldings } from '../src/roles/user-holdings.service';
import { dump, expectUnchanged } from './support/dump';
import { fieldsOf, formsOf, press } from './support/forms-of';
import type { Page, Person } from './support/person';
import { Site, superuser } from './support/site';

let site: Site;
let admin: Person;
let fan: Person;
let fanId: number;

const users = () => site.app.get(UsersService);
const holdings = () => site.app.get(UserHoldings);
const grants = () => site.app.get(UserGrants);
const all = () => site.app.get(Database).read.find(AccessRequest, { order: { id: 'ASC' } });
const ask = (person: Person, route: string, reason = 'I run the desk on Friday') =>
  person.post('/access/request', { route, reason });
const rule = 'Admin, or <code>admin-read</code> and <code>admin-write</code>';
const idOf = async (email: string) => (await users().byEmail(email)).id;

beforeAll(async () => {
  site = await Site.start();
  admin = await site.admin();
  fan = await site.user('fan@example.org');
  fanId = await idOf('fan@example.org');
  const create = (name: string, permissions: string[]) =>
    site.app.get(RolesService).create(operator, { name, description: '', permissions });
  await create('Desk', ['admin-read', 'admin-write']);
  await create('Office', ['admin-read', 'admin-write', 'roles-read']);
  await create('Keeper', ['admin-read', 'admin-write', 'users-read', 'users-write']);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await site.app.get(Database).transaction((manager) => manager.deleteAll(AccessRequest));
  for (const role of ['Desk', 'Office', 'Admin']) await grants().revoke(operator, 'fan@example.org', role);
});
afterAll(() => site.stop());

/** What the button that approves sends, as the page shows it; nothing where there is none. */
async function approvalOf(person: Person, id: number, query = ''): Promise<Record<string, string>> {
  return approvalIn(await person.get(`/admin/requests/${id}${query}`));
}

function approvalIn(page: Page): Record<string, string> {
  const approving = formsOf(page).flatMap((form) =>
    form.buttons.filter(({ words }) => words === 'Approve').flatMap((button) => fieldsOf(form, button)),
  );
  return Object.fromEntries(approving);
}

/** Somebody asks for the administration; the id of what they asked. */
async function asked(person = fan): Promise<number> {
  await ask(person, 'GET /admin');
  return (await all()).at(-1)!.id;
}

async function approve(person: Person, id: number, query = ''): Promise<Page> {
  return person.post(`/admin/requests/${id}`, await approvalOf(person, id, query));
}

async function changesNothing(attempt: () => Promise<Page>): Promise<Page> {
  // What a page has to tell is told once, and then no longer kept with the session.
  const state = async () => [{ ...(await dump(site)), sessions: [] }, await all()];
  const before = await state();
  const page = await attempt();
  expect(await state()).toEqual(before);
  return page;
}

describe('somebody who is refused a page', () => {
  it('is offered to ask, asks with a reason, and sees that it waits', async () => {
    const refused = await fan.get('/admin');
    expect(refused.body).toContain('href="/access/request?route&#x3D;GET+%2Fadmin"');
    expect(refused.body).toContain('What you tried to do: Open the administration area</p>');
    const { body } = await fan.get('/access/request?route=GET+/admin');
    expect(body).toContain('<dd>Open the administration area</dd>');
    expect(body).toContain(`${rule} <small><code>GET /admin</code></small>`);
    const page = await ask(fan, 'GET /admin');
    expect([page.status, page.location]).toEqual([303, '/access/request?route=GET+%2Fadmin']);
    for (const path of [page.location!, '/admin', '/account']) {
      const { body } = await fan.get(path);
      expect(body).toMatch(/You asked on [^<]*; it waits for an answer/);
      // Codes are for administrators: they are there, folded.
      expect(body).toContain('<code>');
      expect(body.replace(/<details>.*?<\/details>/gs, '')).not.toContain('<code>');
    }
    expect((await fan.get('/admin')).body).not.toContain('>Ask for access</a>');
  });

  it('is told of what they asked for by its title, and of what is gone since by its method and path', async () => {
    await ask(fan, 'POST /admin/roles/new');
    expect((await fan.get('/')).body).toContain('You have asked for access: “Create a role”.');
    const created = 'Create a role <small><code>GET, POST /admin/roles/new</code></small>';
    expect((await fan.get('/account')).body).toContain('<h3>Create a role</h3>');
    // What is open for the one is open for the other.
    expect((await fan.get('/access/request?route=GET+/admin/roles/new')).body).toContain('it waits for an answer');
    expect((await admin.get('/admin')).body).toContain(`<bdi>fan@example.org</bdi></a> · ${created}`);
    const gone = row({ userId: fanId, openFor: 'gone', route: 'GET /admin/tents' });
    await site.app.get(Database).transaction((manager) => manager.insert(AccessRequest, gone));
    expect((await fan.get('/account')).body).toContain('<h3><code>GET /admin/tents</code></h3>');
    const { body } = await admin.get('/admin/requests');
    expect(body).toMatch(
      /<bdi>fan@example.org<\/bdi> asks for “Create a role”<\/a> <small><code>GET, POST \/admin\/roles\/new</,
    );
    expect(body).toContain('<bdi>fan@example.org</bdi> asks for “<code>GET /admin/tents</code>”</a>');
    expect((await all()).map(({ route }) => route)).toEqual(['POST /admin/roles/new', 'GET /admin/tents']);
  });

  it('has to say why, in a few words', async () => {
    for (const reason of ['', '   ', '\r\n', 'x'.repeat(256)]) {
      const page = await changesNothing(() => ask(fan, 'GET /admin', reason));
      expect(page.status).toBe(422);
      expect(page.body).toContain('id="reason-error"');
      expect(page.body).toContain(rule);
    }
  });

  it('has one open request for what a rule demands, and is told that it waits', async () => {
    await ask(fan, 'GET /admin/access');
    const again = await ask(fan, 'GET /admin/access/route', 'once more');
    expect(again.status).toBe(303);
    expect((await fan.get('/')).body).toContain('You have asked for this already');
    await Promise.all([1, 2, 3].map(() => ask(fan, 'GET /admin')));
    expect((await all()).map(({ route }) => route)).toEqual(['GET /admin/access', 'GET /admin']);
  });

  it('is not told which pages there are, nor which they may use', async () => {
    await fan.get('/');
    const answers = await Promise.all(
      ['GET /no/such', 'GET /account', 'GET /', 'GET /login', '', 'GET /access/request', 'constructor'].map(
        async (route) => {
          const shown = await fan.get(`/access/request?${new URLSearchParams({ route }).toString()}`);
          const sent = await changesNothing(() => ask(fan, route));
          return [shown.status, sent.status, withoutNumbers(shown.body), withoutNumbers(sent.body)];
        },
      ),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]!.slice(0, 2)).toEqual([200, 422]);
    const nothing = (await fan.get('/access/request')).body;
    expect(nothing).toContain('There is nothing to ask for');
    expect(nothing).toContain('Where you are refused, you can ask for access to it.');
  });

  it('is asked to sign in first, as a visitor, and has nothing offered where no role could help', async () => {
    expect((await site.visitor().get('/access/request?route=GET+/admin')).location).toMatch(/^\/login/);
    expect((await ask(site.visitor(), 'GET /admin')).location).toBe('/login');
    const own = await fan.get('/access/request?route=POST+/access/request/:id/withdraw');
    expect(own.body).toContain('There is nothing to ask for');
    const elsewhere = await fan.post('/access/request/1/withdraw');
    expect(elsewhere.body).not.toContain('>Ask for access</a>');
  });

  it('can not bury the others under requests', async () => {
    const requests = site.app.get(AccessRequests);
    await site.app.get(Database).transaction(async (manager) => {
      for (let i = 0; i < 10; i++) await manager.insert(AccessRequest, row({ userId: fanId, openFor: `open ${i}` }));
    });
    const page = await changesNothing(() => ask(fan, 'GET /admin'));
    expect(page.status).toBe(422);
    expect(page.body).toContain('10 of your requests wait');
    for (const { id } of (await all()).slice(0, 9)) await requests.withdraw(id);
    for (let i = 0; i < 10; i++) {
      expect((await ask(fan, 'GET /admin')).status).toBe(303);
      await requests.withdraw((await all()).at(-1)!.id);
    }
    expect((await changesNothing(() => ask(fan, 'GET /admin'))).body).toContain('20 times within a day');
    const tomorrow = new Date(Date.now() + 25 * 60 * 60_000);
    jest.spyOn(site.app.get(Clock), 'now').mockImplementation(() => tomorrow);
    await requests.ask((await principal())!, 'GET /admin', 'again');
  });

  it('may withdraw what they asked, and nobody else may', async () => {
    const id = await asked();
    const other = await site.user();
    for (const person of [other, admin]) {
      const page = await changesNothing(() => person.post(`/access/request/${id}/withdraw`));
      expect(page.status).toBe(403);
      expect(page.body).toContain('only for your own request');
    }
    expect((await fan.post('/access/request/999999/withdraw')).status).toBe(404);
    expect((await fan.post(`/access/request/${id}/withdraw`)).status).toBe(303);
    expect((await all())[0]!.state).toBe('withdrawn');
    expect((await fan.post(`/access/request/${id}/withdraw`)).status).toBe(409);
    expect((await ask(fan, 'GET /admin')).status).toBe(303);
  });

  it('leaves no request behind when they are deactivated or deleted', async () => {
    for (const change of ['deactivate', 'delete'] as const) {
      const email = `${change}@example.org`;
      await asked(await site.user(email));
      await users()[change](operator, email);
      expect(await all()).toEqual([]);
    }
  });
});

describe('who may see users and change them', () => {
  it('sees what waits, and nobody else does', async () => {
    const id = await asked();
    for (const path of ['/admin/requests', `/admin/requests/${id}`]) {
      expect((await admin.get(path)).body).toContain(
        '<bdi>fan@example.org</bdi> asks for “Open the administration area”',
      );
      expect((await fan.get(path)).status).toBe(403);
      expect((await site.visitor().get(path)).status).toBe(303);
    }
    for (const nothing of ['0', 'x', '999999', '1e3'])
      expect((await admin.get(`/admin/requests/${nothing}`)).status).toBe(404);
  });

  it('shows what was written as text', async () => {
    await ask(fan, 'GET /admin', '<script>alert(1)</script>');
    const { body } = await admin.get('/admin/requests');
    expect(body).toContain('&lt;script&gt;');
    expect(body).not.toContain('<script>');
  });

  it('is offered the smallest role, with what it gives, and approves it until a day', async () => {
    const id = await asked();
    const page = await admin.get(`/admin/requests/${id}?until=2099-01-31`);
    const offered = [...page.body.matchAll(/<option value="([^"]*)"/g)].map(([, name]) => name);
    expect(offered).toEqual(['Desk', 'Office', 'Keeper', 'Admin']);
    expect(page.body).toContain('<code>admin-write</code>');
    expect(page.body).toContain('<li>Open the administration area <small><code>GET /admin</code></small></li>');
    const answer = await approve(admin, id, '?until=2099-01-31');
    expect([answer.status, answer.location]).toEqual([303, '/admin/requests']);
    expect((await fan.get('/admin')).status).toBe(200);
    expect((await fan.get('/account')).body).toMatch(/it was approved on/);
    const [event] = await site.database.query<{ action: string; subject: string; after: string }>(
      'SELECT * FROM audit_events ORDER BY sequence DESC LIMIT 1',
    );
    expect(event).toMatchObject({ action: 'request.approve', subject: `user ${fanId}` });
    expect(JSON.parse(event!.after)).toMatchObject({ role: 'Desk', until: '2099-02-01T00:00:00.000Z' });
    expect((await admin.get(`/admin/requests/${id}`)).body).toContain(`by ${superuser.email}`);
    const log = await admin.get(`/admin/audit?person=${fanId}`);
    const opened = 'Open the administration area';
    expect(log.body).toContain(`<dt>route</dt><dd>${opened} <small><code>GET /admin</code></small></dd>`);
    expect(log.body).toContain(`Reason: Asked for “${opened}” <small><code>GET /admin</code></small></p>`);
    expect(JSON.parse(event!.after)).toMatchObject({ route: 'GET /admin' });
  });

  it('may approve it by another role that does, and by none that does not', async () => {
    const id = await asked();
    const fields = await approvalOf(admin, id, '?role=Office');
    expect(fields.role).toBe('Office');
    for (const role of ['User', 'No such', '']) {
      const page = await changesNothing(() => admin.post(`/admin/requests/${id}`, { ...fields, role }));
      expect(page.status).toBe(409);
    }
    expect((await admin.post(`/admin/requests/${id}`, fields)).status).toBe(303);
    expect(await holdings().rolesOf(fanId)).toEqual(['User', 'Office']);
  });

  it('declines with a word, which is read where it was asked', async () => {
    const id = await asked();
    const silent = await changesNothing(() =>
      admin.post(`/admin/requests/${id}`, { decision: 'decline', answer: ' ' }),
    );
    expect(silent.status).toBe(422);
    expect(silent.body).toContain('id="answer-error"');
    const page = await admin.post(`/admin/requests/${id}`, { decision: 'decline', answer: 'Friday is full' });
    expect(page.status).toBe(303);
    for (const path of ['/admin', '/account', '/access/request?route=GET+/admin'])
      expect((await fan.get(path)).body).toContain('it was declined: Friday is full');
    expect((await ask(fan, 'GET /admin')).status).toBe(303);
    const [event] = await site.database.query(`SELECT * FROM audit_events ORDER BY sequence DESC LIMIT 1`);
    expect(event).toMatchObject({ action: 'request.decline', subject: `user ${fanId}`, reason: 'Friday is full' });
  });

  it('gives nothing where the day is past or none', async () => {
    const id = await asked();
    for (const until of ['2001-01-01', 'soon'])
      expect((await admin.get(`/admin/requests/${id}?until=${until}`)).status).toBe(422);
    const fields = await approvalOf(admin, id);
    const page = await changesNothing(() => admin.post(`/admin/requests/${id}`, { ...fields, until: '2001-01-01' }));
    expect(page.status).toBe(422);
  });

  it('approves what was shown, or nothing', async () => {
    const id = await asked();
    const fields = await approvalOf(admin, id);
    await site.app.get(RolesService).addPermissions(operator, 'Desk', ['audit-read']);
    const stale = await changesNothing(() => admin.post(`/admin/requests/${id}`, fields));
    expect(stale.status).toBe(409);
    expect(stale.body).toContain('This would have another effect than the one you were shown');
    expect(stale.body).toContain('<code>audit-read</code>');
    await site.app.get(RolesService).removePermissions(operator, 'Desk', ['audit-read']);
    const forged = await changesNothing(() => admin.post(`/admin/requests/${id}`, { ...fields, digest: '' }));
    expect(forged.status).toBe(409);
    expect(forged.body).toContain('Look at the effect first.');
  });

  it.each<[string, string, Record<string, string>, { role: string; until: string }, string]>([
    [
      'a later end',
      '2099-01-31',
      { until: '2099-02-28' },
      { role: 'Desk', until: '2099-02-28' },
      'until 28 February 2099',
    ],
    ['the end, to none', '2099-01-31', { until: '' }, { role: 'Desk', until: '' }, 'without an end'],
    ['the role', '2099-01-31', { role: 'Office' }, { role: 'Office', until: '2099-01-31' }, 'until 31 January 2099'],
  ])('approves what stands in the fields: with %s typed anew it is shown first', async (_, until, typed, sent, end) => {
    const id = await asked();
    const shown = await admin.get(`/admin/requests/${id}?until=${until}`);
    const stale = await changesNothing(async () => (await press(admin, shown, /^Approve$/, typed)).page);
    expect(stale.status).toBe(409);
    expect(stale.body).toContain('This would have another effect than the one you were shown');
    expect(stale.body).toContain(`${sent.role}, ${end}, gives them`);
    expect(approvalIn(stale)).toMatchObject(sent);
    expect((await press(admin, stale, /^Approve$/)).page.status).toBe(303);
    const lastDay = sent.until ? new Date(Date.parse(sent.until) + 86_400_000) : null;
    expect(await holdings().heldGrant(fanId, sent.role)).toMatchObject({ until: lastDay });
    const told = `fan@example.org now has the role ${sent.role}${sent.until ? '' : ','} ${end}.`;
    expect((await admin.get('/')).body).toContain(`The request is approved: ${told}`);
    const { body: log } = await admin.get(`/admin/audit?person=${fanId}&action=request.approve`);
    const [, newest] = /<dt>until<\/dt><dd>([^<]*)<\/dd>/.exec(log) ?? [];
    expect(`until ${newest}`).toBe(sent.until ? end : 'until no end');
  });

  it('approves with an end that is typed under what was shown without one, at once', async () => {
    const id = await asked();
    const shown = await admin.get(`/admin/requests/${id}`);
    expect((await press(admin, shown, /^Approve$/, { until: '2099-01-31' })).page.status).toBe(303);
    expect(await holdings().heldGrant(fanId, 'Desk')).toMatchObject({ until: new Date('2099-02-01T00:00Z') });
  });

  it('approves nothing beside a date that is none, and keeps the role that was chosen', async () => {
    const id = await asked();
    const page = await admin.get(`/admin/requests/${id}?role=Office&until=soon`);
    expect([page.status, approvalIn(page)]).toEqual([422, {}]);
    expect(formsOf(page).flatMap(({ inputs }) => inputs)).toContainEqual(
      expect.objectContaining({ name: 'role', value: 'Office' }),
    );
  });

  it('is told how much more each role carries, in words that fit the number', async () => {
    const roles = site.app.get(RolesService);
    await roles.create(operator, { name: 'Reader', description: '', permissions: ['audit-read'] });
    await grants().give(operator, 'fan@example.org', 'Desk');
    await ask(fan, 'GET /admin/audit');
    const { body } = await admin.get(`/admin/requests/${(await all()).at(-1)!.id}`);
    expect(body).toContain('Reader (1 more permission)<');
    expect(body).toMatch(/Admin \(\d+ more permissions\)</);
    await roles.delete(operator, 'Reader');
  });

  it.each<[string, string[][]]>([
    ['no decision', []],
    ['an empty decision', [['decision', '']]],
    ['an unknown decision', [['decision', 'APPROVE']]],
    ['two decisions', ['approve', 'decline'].map((decision) => ['decision', decision])],
    ['one decision twice', ['decline', 'decline'].map((decision) => ['decision', decision])],
  ])('decides nothing by a form with %s', async (_case, decisions) => {
    const id = await asked();
    const { digest } = await approvalOf(admin, id);
    const fields = [['role', 'Desk'], ['digest', digest!], ['answer', 'a word to them'], ...decisions];
    const body = new URLSearchParams(fields);
    const page = await changesNothing(() => admin.send('POST', `/admin/requests/${id}`, { body }));
    expect([page.status, page.h1]).toEqual([422, 'A request for access']);
    expect(page.body).toContain('Choose whether to approve or to decline.');
    expect(approvalIn(page)).toMatchObject({ decision: 'approve', role: 'Desk' });
  });

  it('does not decide about their own request', async () => {
    const keeper = await keeperOf('own@example.org');
    await ask(keeper, 'GET /admin/audit');
    const { id } = (await all())[0]!;
    expect((await keeper.get(`/admin/requests/${id}`)).body).toContain('This is your own request');
    for (const fields of [
      { decision: 'approve', role: 'Admin' },
      { decision: 'decline', answer: 'no' },
    ] as Record<string, string>[])
      expect((await changesNothing(() => keeper.post(`/admin/requests/${id}`, fields))).status).toBe(403);
  });

  it('does not give what they do not hold', async () => {
    const keeper = await keeperOf('keeper@example.org');
    const id = await asked();
    const offered = [...(await keeper.get(`/admin/requests/${id}`)).body.matchAll(/<option value="([^"]*)"/g)];
    expect(offered.map(([, name]) => name)).toEqual(['Desk', 'Keeper']);
    const fields = await approvalOf(keeper, id);
    for (const role of ['Office', 'Admin'])
      expect((await changesNothing(() => keeper.post(`/admin/requests/${id}`, { ...fields, role }))).status).toBe(409);
    await grants().give(operator, 'keeper@example.org', 'Keeper', { until: new Date(Date.now() + 86_400_000) });
    const brief = await keeper.get(`/admin/requests/${id}`);
    expect(brief.body).toContain('or not for as long');
    expect(brief.body).not.toContain('>Approve</button>');
  });

  it('is told who can make a role, where none that they may give would do', async () => {
    const keeper = await keeperOf('helpless@example.org');
    await ask(fan, 'GET /admin/audit');
    const { body } = await keeper.get(`/admin/requests/${(await all()).at(-1)!.id}`);
    expect(body).toContain('There is no role that would do and that you may give.');
    expect(body).toMatch(
      /A role with just this would do: .*read the audit log\. You can’t make it, but people with this role can: <a href="\/admin\/users\?role&#x3D;Admin&amp;state&#x3D;active"><bdi>Admin<\/bdi><\/a>/,
    );
    expect(body).toContain('The request waits here until somebody answers it.');
    expect(body).not.toContain('Make a role');
  });

  it('is not let in by a request that was approved for somebody else', async () => {
    const other = await site.user('other@example.org');
    const id = await asked();
    expect((await other.post(`/admin/requests/${id}`, { decision: 'approve', role: 'Desk' })).status).toBe(403);
    await approve(admin, id);
    expect((await other.get('/admin')).status).toBe(403);
  });
});

describe('two who decide at the same moment', () => {
  it('one of them does, and the other is told', async () => {
    const second = await site.admin();
    for (let round = 0; round < 5; round++) {
      const id = await asked();
      const fields = await approvalOf(admin, id);
      const answers = await Promise.all([
        admin.post(`/admin/requests/${id}`, fields),
        second.post(`/admin/requests/${id}`, { decision: 'decline', answer: 'no' }),
        fan.post(`/access/request/${id}/withdraw`),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([303, 409, 409]);
      const { state } = (await all()).at(-1)!;
      expect((await holdings().rolesOf(fanId)).includes('Desk')).toBe(state === 'approved');
      await grants().revoke(operator, 'fan@example.org', 'Desk');
    }
  });

  it('neither half of an approval stands alone', async () => {
    const id = await asked();
    const fields = await approvalOf(admin, id);
    const actor: Actor = { kind: 'user', id: await idOf(superuser.email), ip: '', requestId: 'r' };
    const decisions = site.app.get(RequestDecisions);
    const failing = jest
      .spyOn(decisions as unknown as { record: () => Promise<void> }, 'record')
      .mockRejectedValueOnce(new Error('provoked by the test'));
    const before = await dump(site);
    const approval = { role: 'Desk', until: null };
    await expect(decisions.approve(actor, id, approval, { digest: fields.digest! })).rejects.toThrow('provoked');
    expect(failing).toHaveBeenCalledTimes(1);
    await expectUnchanged(site, before);
    expect((await all())[0]).toMatchObject({ state: 'open', decidedAt: null });
  });
});

describe('the list of requests', () => {
  it('comes in pages, those that wait longest first, each once', async () => {
    await site.app.get(Database).transaction(async (manager) => {
      for (let i = 0; i < 120; i++)
        await manager.insert(AccessRequest, row({ userId: fanId, openFor: `open ${i}`, reason: `no. ${i}` }));
    });
    const seen: string[] = [];
    for (let path: string | undefined = '/admin/requests'; path;) {
      const { body } = await admin.get(path);
      seen.push(...[...body.matchAll(/<p>no\. (\d+)<\/p>/g)].map(([, number]) => number!));
      path = /href="([^"]*)" rel="next"/.exec(body)?.[1]?.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=');
    }
    expect(seen).toEqual(Array.from({ length: 120 }, (_, i) => String(i)));
    expect((await admin.get('/admin/requests?state=x&after=x')).status).toBe(200);
    expect((await admin.get('/admin/requests?state=declined')).body).toContain('There are no requests here.');
  });
});

function row(more: Partial<AccessRequest>): Partial<AccessRequest> {
  return { route: 'GET /x', rule: 'x', reason: 'x', state: 'open', createdAt: new Date(), ...more };
}

async function keeperOf(email: string): Promise<Person> {
  const keeper = await site.user(email);
  await grants().give(operator, email, 'Keeper');
  return keeper;
}

function principal() {
  return site.app.get(Principals).load(fanId);
}

/** Without what differs from one answer to the next by itself. */
function withoutNumbers(body: string): string {
  return body.replace(/[0-9a-f-]{36}/g, '');
}
