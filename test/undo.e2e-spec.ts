import { operator } from '../src/audit/actor';
import { AuditLog } from '../src/audit/audit-log.service';
import { Clock } from '../src/config/clock';
import { dump, expectUnchanged } from './support/dump';
import { press } from './support/forms-of';
import { holder } from './support/holder';
import { expectTrueUndos } from './support/random-undos';
import { anOpenRequest } from './support/requests';
import { roleOf } from './support/role-of';
import { somebody } from './support/somebody';
import { confirm, digestOn, holdings, make, toldOn, undo, undoOn } from './support/undo';
import { admin, edit, grants, held, inDays, keeping, newest, site, users } from './support/undo-site';

type Fields = Record<string, string>;

afterEach(() => jest.restoreAllMocks());

interface Case {
  what: 'users' | 'roles';
  /** Of a new role and somebody: what there is before, and what is changed. */
  change: (crew: string, email: string) => Promise<Fields>;
  says: (crew: string, email: string) => string;
}

const cases: [string, Case][] = [
  [
    'a grant',
    {
      what: 'users',
      change: () => Promise.resolve({ change: 'grant', until: '2099-01-31', reason: 'For the summer' }),
      says: (crew, email) => `${email} no longer has the role ${crew}.`,
    },
  ],
  [
    'a grant in place of one that has ended',
    {
      what: 'users',
      change: async (crew, email) => {
        await grants.give(operator, email, crew, { until: new Date(Date.now() + 100), reason: 'Last year' });
        jest.spyOn(site.app.get(Clock), 'now').mockImplementation(() => new Date(Date.now() + 1000));
        return { change: 'grant', until: '' };
      },
      says: (crew, email) => `${email} no longer has the role ${crew}.`,
    },
  ],
  [
    'a grant that changes an end',
    {
      what: 'users',
      change: async (crew, email) => {
        await grants.give(operator, email, crew, { until: inDays(3), reason: 'Was' });
        return { change: 'change-end', until: '', reason: 'Is' };
      },
      says: (crew, email) => `${email} has the role ${crew} as before.`,
    },
  ],
  [
    'a revocation',
    {
      what: 'users',
      change: async (crew, email) => {
        await grants.give(operator, email, crew, { from: inDays(1), until: inDays(3), reason: 'For the build' });
        return { change: 'revoke' };
      },
      says: (crew, email) => `${email} has the role ${crew} again.`,
    },
  ],
  [
    'a deactivation',
    {
      what: 'users',
      change: () => Promise.resolve({ change: 'deactivate' }),
      says: (_, email) => `${email} is active again.`,
    },
  ],
  [
    'an activation',
    {
      what: 'users',
      change: async (_, email) => {
        await users.deactivate(operator, email);
        return { change: 'activate' };
      },
      says: (_, email) => `${email} is no longer active.`,
    },
  ],
  [
    'an edit of a role',
    {
      what: 'roles',
      change: async (crew) =>
        edit(crew, { name: `${crew} b`, description: 'New', permissions: 'users-read,roles-read' }),
      says: (crew) => `The change of the role ${crew} is undone.`,
    },
  ],
];

describe('an undo', () => {
  it.each(cases)('of %s is two steps from the page that tells of it, and brings back what was', async (_, one) => {
    const crew = await roleOf(site, ['audit-read', 'users-read']);
    const { id, email, name } = await somebody(site, ['User']);
    const fields = { users: String(id), role: crew, ...(await one.change(crew, email)) };
    const before = await holdings(site);
    const told = await make(admin, one.what, fields);
    const [after, made] = [await holdings(site), await newest()];
    expect(after).not.toEqual(before);

    const shown = await admin.get(undoOn(told)!);
    expect([shown.status, shown.h1]).toEqual([200, expect.stringMatching(/^Undo: /)]);
    expect(await holdings(site)).toEqual(after);
    const done = await confirm(admin, shown);
    expect(done.status).toBe(303);
    expect(await holdings(site)).toEqual(before);
    const event = await newest();
    expect(JSON.parse(event.after!)).toMatchObject({ undoes: made.sequence });
    expect(event.requestId).not.toBe(made.requestId);

    const page = await admin.get(done.location!);
    expect(toldOn(page)).toContain(one.says(crew, name));
    // It is a change, so it is undone as others are.
    await undo(admin, page);
    expect(await holdings(site)).toEqual(after);
  });

  it('changes nothing while it is only shown', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const { id } = await somebody(site, ['User']);
    const told = await make(admin, 'users', { change: 'grant', users: String(id), role: crew });
    const before = await dump(site);
    expect((await admin.get(undoOn(told)!)).body).toContain('audit-read');
    await expectUnchanged(site, before);
  });

  it('of an approved request takes the role back, and the answer stays', async () => {
    const desk = await roleOf(site, ['admin-read', 'admin-write']);
    const { id, name } = await somebody(site, ['User']);
    const address = `/admin/requests/${await anOpenRequest(site, id)}`;
    const shown = await admin.get(`${address}?role=${encodeURIComponent(desk)}`);
    const { page: done } = await press(admin, shown, /^Approve$/);
    expect(await held.rolesOf(id)).toEqual(['User', desk]);
    const page = await undo(admin, await admin.get(done.location!));
    expect(toldOn(page)).toContain(`${name} no longer has the role ${desk}.`);
    expect(await held.rolesOf(id)).toEqual(['User']);
    expect((await admin.get(address)).body).toContain('approved');
  });

  it('leads back to where the change led', async () => {
    const { id } = await somebody(site, ['User']);
    const told = await make(admin, 'users', {
      change: 'deactivate',
      users: String(id),
      next: '/admin/users?q=somebody',
    });
    const shown = await admin.get(undoOn(told)!);
    expect((await confirm(admin, shown)).location).toBe('/admin/users?q=somebody');
  });

  it('keeps its reason, and stands in the audit log with the event that it takes back', async () => {
    const { id } = await somebody(site, ['User']);
    const told = await make(admin, 'users', { change: 'deactivate', users: String(id) });
    const { sequence } = await newest();
    await press(admin, await admin.get(undoOn(told)!), /^Undo$/, { reason: 'A mistake' });
    expect(await newest()).toMatchObject({ action: 'user.activate', reason: 'A mistake' });
    expect((await admin.get('/admin/audit')).body).toContain(`<dt>undoes</dt><dd>event ${sequence}</dd>`);
    await expect(site.app.get(AuditLog).verify()).resolves.toMatchObject({ rechained: [] });
  });

  it('is told to whom it concerns, like every change', async () => {
    const crew = await roleOf(site);
    const { id, person } = await holder(site, ['User']);
    await undo(admin, await make(admin, 'users', { change: 'grant', users: String(id), role: crew }));
    const { body } = await person.get('/account/activity');
    expect(body.indexOf(`The role ${crew} was taken from you`)).toBeGreaterThan(0);
    expect(body.indexOf(`The role ${crew} was taken from you`)).toBeLessThan(
      body.indexOf(`You were given the role ${crew}`),
    );
  });

  it('is not offered beside what was done after it and told first', async () => {
    const [one, other] = [await somebody(site), await somebody(site)];
    const first = { change: 'deactivate', users: String(one.id) };
    const last = { change: 'delete', users: String(other.id), email: other.email };
    const shown = [first, last].map((fields) =>
      admin.get(`/admin/users/change?${new URLSearchParams(fields).toString()}`),
    );
    const [digest, ofLast] = (await Promise.all(shown)).map(digestOn);
    await admin.post('/admin/users/change', { ...first, digest: digest! });
    const done = await admin.post('/admin/users/change', { ...last, digest: ofLast! });
    const page = await admin.get(done.location!);
    expect([toldOn(page), undoOn(page)]).toEqual([`${other.name} is deleted.`, null]);
  });

  it('is not offered after a deletion, and once', async () => {
    const { id, email } = await somebody(site, ['User']);
    expect(undoOn(await make(admin, 'users', { change: 'delete', users: String(id), email }))).toBeNull();
    expect(undoOn(await make(admin, 'roles', { change: 'delete', role: await roleOf(site) }))).toBeNull();
    const told = await make(admin, 'users', { change: 'deactivate', users: String((await somebody(site)).id) });
    expect(undoOn(told)).not.toBeNull();
    expect(undoOn(await admin.get('/admin'))).toBeNull();
  });
});

describe('an undo for many people at once', () => {
  it('brings each of them back to what they had', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const [one, other, third] = [await somebody(site), await somebody(site), await somebody(site)];
    await grants.give(operator, other.email, crew, { until: inDays(2) });
    const before = await holdings(site);
    const fields = {
      change: 'grant',
      users: [one, other, third].map(({ id }) => id).join(),
      role: crew,
      until: '2099-01-31',
    };
    const page = await undo(admin, await make(admin, 'users', fields));
    expect(await holdings(site)).toEqual(before);
    expect(toldOn(page)).toContain(`${one.name} and ${third.name} no longer have the role ${crew}.`);
    expect(toldOn(page)).toContain(`${other.name} has the role ${crew} as before.`);
  });

  it('keeps whom something has happened to since, says what, and undoes the rest', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const longer = await somebody(site);
    const [taken, again] = [await somebody(site), await somebody(site)];
    const [gone, rest] = [await somebody(site), await somebody(site)];
    const people = [longer, taken, again, gone, rest];
    const fields = { change: 'grant', users: people.map(({ id }) => id).join(), role: crew };
    const told = await make(admin, 'users', fields);
    await grants.give(operator, longer.email, crew, { until: inDays(7) });
    await grants.revoke(operator, taken.email, crew);
    await grants.revoke(operator, again.email, crew);
    await grants.give(operator, again.email, crew);
    await users.delete(operator, gone.email);
    const since = await Promise.all([longer, taken, again].map((one) => held.heldGrant(one.id, crew)));
    const shown = await admin.get(undoOn(told)!);
    for (const [who, sentence] of [
      [longer.name, `The end date of the role ${crew} was changed since.`],
      [taken.name, `The role ${crew} was taken away since.`],
      [again.name, `The role ${crew} was given again since.`],
      [`user ${gone.id}`, 'The account was deleted since.'],
    ])
      expect(shown.body).toContain(`<li><strong><bdi>${who}</bdi></strong>: ${sentence}</li>`);
    const page = await admin.get((await confirm(admin, shown)).location!);
    expect(toldOn(page)).toContain(`${rest.name} no longer has the role ${crew}.`);
    expect(toldOn(page)).toContain(`Kept for ${longer.name}: The end date of the role ${crew} was changed since.`);
    expect(await Promise.all([longer, taken, again].map((one) => held.heldGrant(one.id, crew)))).toEqual(since);
    expect(await held.rolesOf(rest.id)).toEqual([]);
  });

  it('tells for whom it may not be', async () => {
    const crew = await roleOf(site, keeping);
    const [below, above] = [await somebody(site, ['User']), await somebody(site, ['User'])];
    const { person } = await holder(site, ['User', crew]);
    const told = await make(person, 'users', { change: 'deactivate', users: `${below.id},${above.id}` });
    await grants.give(operator, above.email, 'Admin');
    const shown = await person.get(undoOn(told)!);
    expect(shown.body).toMatch(new RegExp(`<strong><bdi>${above.name}</bdi></strong>: You don&#x27;t hold`));
    await confirm(person, shown);
    expect([(await users.byEmail(below.email)).active, (await users.byEmail(above.email)).active]).toEqual([
      true,
      false,
    ]);
  });
});

describe('for random changes of random people, with others since', () => {
  it('an undo brings back what was but for what changed since, as it was shown, and lets nobody climb', async () => {
    expect((await expectTrueUndos(site, 40)).undone).toBeGreaterThan(0);
  });
});
