import { UserGrants } from '../src/accounts/user-grants.service';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { AuditLog } from '../src/audit/audit-log.service';
import { Clock } from '../src/config/clock';
import { versionOf } from '../src/roles/role-version';
import { RolesService } from '../src/roles/roles.service';
import { UserHoldings } from '../src/roles/user-holdings.service';
import { dump } from './support/dump';
import { press } from './support/forms-of';
import { holder } from './support/holder';
import type { Page, Person } from './support/person';
import { anOpenRequest } from './support/requests';
import { roleOf } from './support/role-of';
import { Site, superuser } from './support/site';
import { somebody } from './support/somebody';
import { expectTrueUndos } from './support/random-undos';
import { digestOn, holdings, make, toldOn, undo, undoOn } from './support/undo';

type Fields = Record<string, string>;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const inDays = (days: number) => new Date(Date.now() + days * DAY);

let site: Site;
let users: UsersService;
let grants: UserGrants;
let roles: RolesService;
let held: UserHoldings;
let admin: Person;

beforeAll(async () => {
  site = await Site.start();
  [users, grants, roles, held] = [
    site.app.get(UsersService),
    site.app.get(UserGrants),
    site.app.get(RolesService),
    site.app.get(UserHoldings),
  ];
  admin = await site.admin();
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => site.stop());

const keeping = ['admin-read', 'admin-write', 'users-read', 'users-write'];
const newest = async () => (await site.app.get(AuditLog).page({}, 1))[0]!;
const afterwards = async (path: string, person = admin) => (await person.get(path)).body;

/** What an administrator would send to edit the role. */
async function edit(name: string, to: Fields): Promise<Fields> {
  const role = await roles.byName(name);
  const was = { name, description: role.description, permissions: role.permissions.join() };
  return { change: 'edit', role: name, ...was, ...to, base: versionOf(role) };
}

/** Confirms an undo that was shown. */
async function confirm(person: Person, shown: Page): Promise<Page> {
  return (await press(person, shown, /^Undo$/)).page;
}

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
    const { id, email } = await somebody(site, ['User']);
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
    expect(toldOn(page)).toContain(one.says(crew, email));
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
    expect(await dump(site)).toEqual(before);
  });

  it('of an approved request takes the role back, and the answer stays', async () => {
    const desk = await roleOf(site, ['admin-read', 'admin-write']);
    const { id, email } = await somebody(site, ['User']);
    const address = `/admin/requests/${await anOpenRequest(site, id)}`;
    const shown = await admin.get(`${address}?role=${encodeURIComponent(desk)}`);
    const { page: done } = await press(admin, shown, /^Approve$/);
    expect(await held.rolesOf(id)).toEqual(['User', desk]);
    const page = await undo(admin, await admin.get(done.location!));
    expect(toldOn(page)).toContain(`${email} no longer has the role ${desk}.`);
    expect(await held.rolesOf(id)).toEqual(['User']);
    expect(await afterwards(address)).toContain('approved');
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
    expect(await afterwards('/admin/audit')).toContain(`<dt>undoes</dt><dd>event ${sequence}</dd>`);
    await expect(site.app.get(AuditLog).verify()).resolves.toMatchObject({ rechained: [] });
  });

  it('is told to whom it concerns, as any change is', async () => {
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
    expect([toldOn(page), undoOn(page)]).toEqual([`${other.email} is deleted.`, null]);
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
    expect(toldOn(page)).toContain(`${one.email} and ${third.email} no longer have the role ${crew}.`);
    expect(toldOn(page)).toContain(`${other.email} has the role ${crew} as before.`);
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
      [longer.email, `The end date of the role ${crew} was changed since.`],
      [taken.email, `The role ${crew} was taken away since.`],
      [again.email, `The role ${crew} was given again since.`],
      [`user ${gone.id}`, 'The account was deleted since.'],
    ])
      expect(shown.body).toContain(`<li><strong><bdi>${who}</bdi></strong>: ${sentence}</li>`);
    const page = await admin.get((await confirm(admin, shown)).location!);
    expect(toldOn(page)).toContain(`${rest.email} no longer has the role ${crew}.`);
    expect(toldOn(page)).toContain(`Kept for ${longer.email}: The end date of the role ${crew} was changed since.`);
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
    expect(shown.body).toMatch(new RegExp(`<strong><bdi>${above.email}</bdi></strong>: You don&#x27;t hold`));
    await confirm(person, shown);
    expect([(await users.byEmail(below.email)).active, (await users.byEmail(above.email)).active]).toEqual([
      true,
      false,
    ]);
  });
});

describe('what was changed since', () => {
  it('of the one person leaves nothing to undo', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const { id, email } = await somebody(site, ['User']);
    const told = await make(admin, 'users', { change: 'grant', users: String(id), role: crew });
    await grants.give(operator, email, crew, { until: inDays(7) });
    const shown = await admin.get(undoOn(told)!);
    expect(shown.status).toBe(200);
    expect(shown.body).toContain(`The end date of the role ${crew} was changed since.`);
    expect(shown.body).not.toContain('name="digest"');
  });

  it('and changed back is kept too: whoever did so wanted it', async () => {
    const { id, email } = await somebody(site, ['User']);
    const told = await make(admin, 'users', { change: 'deactivate', users: String(id) });
    await users.activate(operator, email);
    await users.deactivate(operator, email);
    expect((await admin.get(undoOn(told)!)).body).toContain('The account was deactivated since.');
    expect((await users.byEmail(email)).active).toBe(false);
  });

  it.each([
    ['another end', "UPDATE grants SET ends_at = '2099-01-01 00:00:00.000'"],
    ['another giver and moment', "UPDATE grants SET granted_at = '2020-01-01 00:00:00.000'"],
  ])('is kept too where nothing was recorded of it: %s', async (_, sql) => {
    const crew = await roleOf(site, ['audit-read']);
    const { id } = await somebody(site);
    const told = await make(admin, 'users', { change: 'grant', users: String(id), role: crew });
    await site.database.change(`${sql} WHERE user_id = ${id}`);
    const { body } = await admin.get(undoOn(told)!);
    expect(body).toContain(`The role ${crew} was given, changed or taken away since.`);
    expect(body).not.toContain('name="digest"');
  });

  it('in another role, or of another person, keeps nothing', async () => {
    const [crew, other] = [await roleOf(site), await roleOf(site)];
    const [one, another] = [await somebody(site), await somebody(site)];
    const told = await make(admin, 'users', { change: 'grant', users: String(one.id), role: crew });
    await grants.give(operator, one.email, other);
    await grants.give(operator, another.email, crew);
    await undo(admin, told);
    expect(await held.rolesOf(one.id)).toEqual([other]);
    expect(await held.rolesOf(another.id)).toEqual([crew]);
  });

  it('of a role stays, part by part', async () => {
    const crew = await roleOf(site, ['audit-read', 'users-read']);
    const fields = await edit(crew, {
      name: `${crew} b`,
      description: 'New',
      permissions: 'users-read,roles-read,admin-read',
    });
    const told = await make(admin, 'roles', fields);
    // The name, and a permission that the edit had added, are others' now; and one is added that the edit never touched.
    const now = await roles.byName(`${crew} b`);
    const theirs = { name: `${crew} c`, permissions: ['users-read', 'admin-read', 'admin-write'] };
    await roles.edit(operator, now.name, { ...now, ...theirs, base: versionOf(now) });
    await roles.addPermissions(operator, `${crew} c`, ['roles-read']);
    const shown = await admin.get(undoOn(told)!);
    expect(shown.h1).toBe(`Undo: Change the role ${crew} c`);
    for (const part of [
      `<li>Name: ${crew} c</li>`,
      '<li>With See roles <small><code>roles-read</code></small></li>',
      '<li>Description: <span class="quiet">none</span></li>',
      '<li>With Read the audit log <small><code>audit-read</code></small></li>',
    ])
      expect(shown.body.replace(/\s+<\/li>/g, '</li>')).toContain(part);
    const page = await admin.get((await confirm(admin, shown)).location!);
    expect(await roles.byName(`${crew} c`)).toMatchObject({
      description: '',
      permissions: ['admin-write', 'audit-read', 'roles-read', 'users-read'],
    });
    expect(toldOn(page)).toBe(
      `The change of the role ${crew} c is undone. Kept: the name ${crew} c and with “See roles”.`,
    );
  });

  it('of what a revoked role carries is what they get', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const { id } = await somebody(site, ['User', crew]);
    const told = await make(admin, 'users', { change: 'revoke', users: String(id), role: crew });
    const now = await roles.byName(crew);
    await roles.edit(operator, crew, { ...now, name: `${crew} b`, permissions: ['roles-read'], base: versionOf(now) });
    const shown = await admin.get(undoOn(told)!);
    expect(shown.body).toContain('roles-read');
    await confirm(admin, shown);
    expect(await held.rolesOf(id)).toEqual(['User', `${crew} b`]);
  });
});

describe('what can’t be undone any more', () => {
  const later = (ms: number) =>
    jest.spyOn(site.app.get(Clock), 'now').mockImplementation(() => new Date(Date.now() + ms));
  const tooLate = 'This can’t be undone any more: a change can be undone for ten minutes.';

  it('is what is ten minutes old, also where it was shown before', async () => {
    const { id } = await somebody(site, ['User']);
    const told = await make(admin, 'users', { change: 'deactivate', users: String(id) });
    later(9 * MINUTE);
    const shown = await admin.get(undoOn(told)!);
    expect(shown.status).toBe(200);
    later(10 * MINUTE);
    await admin.get('/'); // Their session is seen to be used.
    const before = await dump(site);
    for (const page of [await admin.get(undoOn(told)!), await confirm(admin, shown)]) {
      expect(page.status).toBe(409);
      expect(page.body).toContain(tooLate);
      expect(page.body).not.toContain('name="digest"');
    }
    expect(await dump(site)).toEqual(before);
    expect(await afterwards('/admin/audit')).not.toContain('>Undo</a>');
  });

  it('is what was never done, what can’t be undone, and what was done elsewhere', async () => {
    const { id, email } = await somebody(site, ['User']);
    await make(admin, 'users', { change: 'delete', users: String(id), email });
    const { requestId } = await newest();
    await make(admin, 'users', { change: 'activate', users: String((await inactive()).id) });
    const ofPeople = (await newest()).requestId!;
    for (const path of [
      `/admin/users/change?change=undo&of=${requestId}`,
      '/admin/users/change?change=undo&of=r',
      `/admin/roles/change?change=undo&of=${ofPeople}`,
    ]) {
      const page = await admin.get(path);
      expect([path, page.status, page.h1]).toEqual([path, 409, 'Undo']);
      expect(page.body).toContain(tooLate);
    }
    for (const name of ['', 'x'.repeat(37)])
      expect((await admin.get(`/admin/users/change?change=undo&of=${name}`)).status).toBe(422);
  });

  async function inactive() {
    const one = await somebody(site, ['User']);
    await users.deactivate(operator, one.email);
    return one;
  }

  it('is the edit of a role that was deleted since', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const told = await make(admin, 'roles', await edit(crew, { permissions: '' }));
    await roles.delete(operator, crew);
    // Another one that has its name is another one.
    await roles.create(operator, { name: crew, description: '', permissions: [] });
    const page = await admin.get(undoOn(told)!);
    expect(page.status).toBe(409);
    expect(page.body).toContain(`The role ${crew} was deleted since, so its change can’t be undone.`);
  });

  it('is a grant or a revocation of a role that was deleted since, and what was done to somebody who was', async () => {
    const [crew, { id, email }] = [await roleOf(site, ['audit-read']), await somebody(site, ['User'])];
    await grants.give(operator, email, crew);
    const told = await make(admin, 'users', { change: 'revoke', users: String(id), role: crew });
    await roles.delete(operator, crew);
    await roles.create(operator, { name: crew, description: '', permissions: ['roles-write'] });
    const shown = await admin.get(undoOn(told)!);
    expect(shown.body).toContain(`The role ${crew} was deleted since.`);
    expect(shown.body).not.toContain('name="digest"');
    await users.delete(operator, email);
    expect((await admin.get(undoOn(told)!)).body).toContain('The account was deleted since.');
  });

  it('is what would have ended by now', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const { id, email } = await somebody(site, ['User']);
    await grants.give(operator, email, crew, { until: new Date(Date.now() + 2 * MINUTE) });
    const told = await make(admin, 'users', { change: 'revoke', users: String(id), role: crew });
    later(3 * MINUTE);
    const shown = await admin.get(undoOn(told)!);
    expect(shown.body).toContain(`It is so already for <bdi>${email}</bdi>.`);
    expect(shown.body).not.toContain('name="digest"');
  });
});

describe('somebody else’s undo', () => {
  it('is judged by what they hold', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const keeper = await roleOf(site, keeping);
    const { id } = await somebody(site, ['User', crew]);
    const path = undoOn(await make(admin, 'users', { change: 'revoke', users: String(id), role: crew }))!;
    const weak = await holder(site, ['User', keeper]);
    const refused = await weak.person.get(path);
    expect(refused.body).toContain('You don&#x27;t hold <code>audit-read</code>');
    expect(refused.body).not.toContain('name="digest"');
    const before = await dump(site);
    const digest = digestOn(await admin.get(path));
    const of = new URLSearchParams(path.split('?')[1]).get('of')!;
    const sent = await weak.person.post('/admin/users/change', { change: 'undo', of, digest });
    expect(sent.status).toBe(409);
    expect(await dump(site)).toEqual(before);
    const strong = await holder(site, ['User', keeper, crew]);
    expect((await confirm(strong.person, await strong.person.get(path))).status).toBe(303);
    expect(await held.rolesOf(id)).toEqual(['User', crew]);
  });

  it('is refused to who keeps no users, or no roles', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const { id } = await somebody(site, ['User']);
    const ofPeople = undoOn(await make(admin, 'users', { change: 'grant', users: String(id), role: crew }))!;
    const ofRole = undoOn(await make(admin, 'roles', await edit(crew, { permissions: '' })))!;
    const keeper = await holder(site, ['User', await roleOf(site, keeping)]);
    const fan = await holder(site, ['User']);
    expect((await keeper.person.get(ofPeople)).status).toBe(200);
    for (const [person, path] of [
      [fan.person, ofPeople],
      [fan.person, ofRole],
      [keeper.person, ofRole],
    ] as const)
      expect((await person.get(path)).status).toBe(403);
    expect((await site.visitor().get(ofPeople)).location).toContain('/login?next=');
    // Nor does the other address open it to them.
    expect((await keeper.person.get(ofRole.replace('/roles/', '/users/'))).status).toBe(409);
  });

  it('names nobody to who may not see people', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const { email } = await somebody(site, ['User', crew]);
    const path = undoOn(await make(admin, 'roles', await edit(crew, { permissions: '' })))!;
    const own = await roleOf(site, ['admin-read', 'admin-write', 'roles-read', 'roles-write', 'audit-read']);
    const { person } = await holder(site, ['User', own]);
    const { body } = await person.get(path);
    expect(body).toContain('audit-read');
    expect(body).not.toContain(email);
    expect(body).not.toContain(superuser.email);
  });

  it('is found beside its events in the audit log by those who may', async () => {
    const { id, email } = await somebody(site, ['User']);
    const { person: reader } = await holder(site, [
      'User',
      await roleOf(site, ['admin-read', 'admin-write', 'audit-read', 'users-read']),
    ]);
    const offered = undoOn(await make(admin, 'users', { change: 'deactivate', users: String(id) }))!;
    const { sequence } = await newest();
    const link = `<a href="${offered.replaceAll('&', '&amp;').replaceAll('=', '&#x3D;')}" aria-describedby="event-${sequence}">Undo</a>`;
    expect(await afterwards(`/admin/audit?person=${id}`)).toContain(link);
    expect(await afterwards(`/admin/audit?person=${id}`, reader)).not.toContain('>Undo</a>');
    expect((await users.byEmail(email)).active).toBe(false);
  });
});

describe('nobody climbs by an undo:', () => {
  it('who has lost since what they took away can’t give it back', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const me = await holder(site, ['User', await roleOf(site, keeping), crew]);
    const { id } = await somebody(site, ['User', crew]);
    const path = undoOn(await make(me.person, 'users', { change: 'revoke', users: String(id), role: crew }))!;
    await grants.revoke(operator, me.email, crew);
    const shown = await me.person.get(path);
    expect(shown.body).toMatch(/You don&#x27;t hold/);
    expect(shown.body).not.toContain('name="digest"');
  });

  it('who was stepped down can’t step up again, nor is it offered to them', async () => {
    const keeper = await roleOf(site, keeping);
    const me = await holder(site, ['User', keeper]);
    const told = await make(me.person, 'users', { change: 'revoke', users: String(me.id), role: keeper, next: '/' });
    expect(undoOn(told)).toBeNull();
    const { requestId } = await newest();
    expect((await me.person.get(`/admin/users/change?change=undo&of=${requestId}`)).status).toBe(403);
  });

  it('who holds a role for a time gives it back for no longer', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const me = await holder(site, ['User', await roleOf(site, keeping)]);
    await grants.give(operator, me.email, crew, { until: inDays(5) });
    const { id } = await somebody(site, ['User', crew]);
    const until = inDays(2).toISOString().slice(0, 10);
    const path = undoOn(await make(admin, 'users', { change: 'change-end', users: String(id), role: crew, until }))!;
    const shown = await me.person.get(path);
    expect(shown.body).toContain('or not for as long');
    expect(shown.body).not.toContain('name="digest"');
    expect((await held.heldGrant(id, crew))?.until).not.toBeNull();
    await grants.give(operator, me.email, crew, { until: null });
    expect((await confirm(me.person, await me.person.get(path))).status).toBe(303);
    expect((await held.heldGrant(id, crew))?.until).toBeNull();
  });

  it('what a role has come to carry since counts', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const me = await holder(site, ['User', await roleOf(site, [...keeping, 'audit-read'])]);
    const { id } = await somebody(site, ['User', crew]);
    const path = undoOn(await make(me.person, 'users', { change: 'revoke', users: String(id), role: crew }))!;
    await roles.addPermissions(operator, crew, ['roles-write']);
    expect((await me.person.get(path)).body).toMatch(/You don&#x27;t hold <code>roles-write/);
  });

  it('an edit of a role is undone only by who holds all of it, then and now', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const path = undoOn(await make(admin, 'roles', await edit(crew, { permissions: '' })))!;
    const writer = ['admin-read', 'admin-write', 'roles-read', 'roles-write'];
    const { person } = await holder(site, ['User', await roleOf(site, writer)]);
    const page = await person.get(path);
    expect(page.status).toBe(403);
    expect(page.body).toMatch(/You don&#x27;t hold <code>audit-read/);
    expect((await roles.byName(crew)).permissions).toEqual([]);
  });
});

describe('an administrator remains', () => {
  it('whatever is undone', async () => {
    const other = await holder(site, ['User']);
    const told = await make(admin, 'users', { change: 'grant', users: String(other.id), role: 'Admin' });
    const path = undoOn(told)!;
    const { id } = await users.byEmail(superuser.email);
    await make(other.person, 'users', { change: 'revoke', users: String(id), role: 'Admin' });
    const back = (await newest()).requestId!;
    const shown = await other.person.get(path);
    expect(shown.body).toContain('Nobody would be left who can administer the site.');
    expect(shown.body).not.toContain('name="digest"');
    const again = await other.person.get(`/admin/users/change?change=undo&of=${back}`);
    expect((await confirm(other.person, again)).status).toBe(303);
    expect((await confirm(admin, await admin.get(path))).status).toBe(303);
    expect(await held.rolesOf(other.id)).toEqual(['User']);
  });
});

describe('an undo that is confirmed', () => {
  async function prepared(person = admin) {
    const crew = await roleOf(site, ['audit-read']);
    const { id, email } = await somebody(site, ['User', crew]);
    const path = undoOn(await make(person, 'users', { change: 'revoke', users: String(id), role: crew }))!;
    const of = new URLSearchParams(path.split('?')[1]).get('of')!;
    const digest = digestOn(await person.get(path));
    return { crew, id, email, path, fields: { change: 'undo', of, digest } };
  }
  const eventsOf = async (id: number) =>
    (await site.app.get(AuditLog).page({ subject: `user ${id}` }, 100)).map(({ action }) => action);

  it.each<[string, (crew: string, email: string) => Promise<unknown>]>([
    ['the role carries more', (crew) => roles.addPermissions(operator, crew, ['roles-read'])],
    ['they were deactivated', (_, email) => users.deactivate(operator, email)],
    ['they were given the role', (crew, email) => grants.give(operator, email, crew)],
    [
      'they hold another role that carries it',
      async (_, email) => grants.give(operator, email, await roleOf(site, ['audit-read'])),
    ],
  ])('is shown anew, and not made, where meanwhile %s', async (_, meanwhile) => {
    const { crew, id, email, fields } = await prepared();
    await meanwhile(crew, email);
    const before = await dump(site);
    const page = await admin.post('/admin/users/change', fields);
    expect([page.status, page.h1]).toEqual([409, `Undo: Take the role ${crew} from ${email}`]);
    expect(await dump(site)).toEqual(before);
    expect(digestOn(page)).not.toBe(fields.digest);
    expect(await eventsOf(id)).toContain('grant.remove');
  });

  it.each<[string, (crew: string, email: string) => Promise<unknown>]>([
    ['made the role carry more', (crew) => roles.addPermissions(operator, crew, ['roles-read'])],
    ['given them the role', (crew, email) => grants.give(operator, email, crew)],
  ])(
    'is not made where somebody has meanwhile %s, though they can’t sign in and nothing has an effect',
    async (_, did) => {
      const { crew, email, path, fields } = await prepared();
      await users.deactivate(operator, email);
      const digest = digestOn(await admin.get(path));
      await did(crew, email);
      const before = await dump(site);
      expect((await admin.post('/admin/users/change', { ...fields, digest })).status).toBe(409);
      expect(await dump(site)).toEqual(before);
    },
  );

  it('was shown before', async () => {
    const { fields } = await prepared();
    for (const digest of ['', 'f'.repeat(64)])
      expect((await admin.post('/admin/users/change', { ...fields, digest })).status).toBe(409);
  });

  it('is not confirmed by the digest of another', async () => {
    const [one, other] = [await prepared(), await prepared()];
    const page = await admin.post('/admin/users/change', { ...one.fields, digest: other.fields.digest });
    expect(page.status).toBe(409);
    expect(await held.rolesOf(one.id)).toEqual(['User']);
  });

  it('twice at once, as at a double click, or again later, is made once', async () => {
    const { crew, id, email, fields } = await prepared();
    const answers = await Promise.all([1, 2, 3].map(() => admin.post('/admin/users/change', fields)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409, 409]);
    const late = await admin.post('/admin/users/change', fields);
    expect(late.status).toBe(409);
    expect(late.body).toContain('Nothing is left to undo: it was undone, or changed since.');
    expect(late.body).toContain(`It is so already for <bdi>${email}</bdi>.`);
    expect(await held.rolesOf(id)).toEqual(['User', crew]);
    expect((await eventsOf(id)).filter((action) => action === 'grant.add')).toHaveLength(1);
  });

  it('by two people at the same moment is made by one', async () => {
    const { crew, id, path, fields } = await prepared();
    const other = await holder(site, ['User', 'Admin']);
    const digest = digestOn(await other.person.get(path));
    const answers = await Promise.all([
      admin.post('/admin/users/change', fields),
      other.person.post('/admin/users/change', { ...fields, digest }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect(await held.rolesOf(id)).toEqual(['User', crew]);
    expect((await eventsOf(id)).filter((action) => action === 'grant.add')).toHaveLength(1);
  });

  it('of an edit that two undo at once is made once', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const path = undoOn(await make(admin, 'roles', await edit(crew, { permissions: 'users-read' })))!;
    const of = new URLSearchParams(path.split('?')[1]).get('of')!;
    const fields = { change: 'undo', of, digest: digestOn(await admin.get(path)) };
    const answers = await Promise.all([1, 2].map(() => admin.post('/admin/roles/change', fields)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect((await roles.byName(crew)).permissions).toEqual(['audit-read']);
    const late = await admin.get(path);
    expect(late.body).toContain('Nothing: it is as it is already.');
    expect(late.body).not.toContain('Kept');
  });
});

describe('for random changes of random people, with others since', () => {
  it('an undo brings back what was but for what changed since, as it was shown, and lets nobody climb', async () => {
    expect((await expectTrueUndos(site, 40)).undone).toBeGreaterThan(0);
  });
});
