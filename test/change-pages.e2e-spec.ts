import { UserGrants } from '../src/accounts/user-grants.service';
import { UserRenames } from '../src/accounts/user-renames.service';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { versionOf } from '../src/roles/role-version';
import { RolesService } from '../src/roles/roles.service';
import { UserHoldings } from '../src/roles/user-holdings.service';
import { dump, expectUnchanged } from './support/dump';
import { formsOf, press } from './support/forms-of';
import type { Page, Person } from './support/person';
import { roleOf } from './support/role-of';
import { Site, superuser } from './support/site';
import { somebody } from './support/somebody';

let site: Site;
let users: UsersService;
let renames: UserRenames;
let holdings: UserHoldings;
let grants: UserGrants;
let roles: RolesService;
let admin: Person;

beforeAll(async () => {
  site = await Site.start();
  [users, renames, holdings, grants, roles] = [
    site.app.get(UsersService),
    site.app.get(UserRenames),
    site.app.get(UserHoldings),
    site.app.get(UserGrants),
    site.app.get(RolesService),
  ];
  admin = await site.admin();
});
afterAll(() => site.stop());

/** Somebody signed in who keeps users, and can't do more. */
async function keeper(): Promise<Person> {
  const person = await site.user();
  const name = await roleOf(site, ['admin-read', 'admin-write', 'users-read', 'users-write']);
  await grants.give(operator, `user${++keepers}@example.org`, name);
  return person;
}
let keepers = 0;

type Fields = Record<string, string>;
const query = (path: string, fields: Fields) => `${path}?${new URLSearchParams(fields).toString()}`;
const ofUsers = (fields: Fields) => query('/admin/users/change', fields);
const ofRoles = (fields: Fields) => query('/admin/roles/change', fields);
/** What the page's form would send on. */
const digestOn = ({ body }: Page) => /name="digest" value="([0-9a-f]{64})"/.exec(body)?.[1] ?? '';
const inputsOn = (page: Page) => formsOf(page).flatMap(({ inputs }) => inputs);
const inputOn = (page: Page, name: string) => inputsOn(page).find((input) => input.name === name);
const valuesOn = (page: Page) => Object.fromEntries(inputsOn(page).map(({ name, value }) => [name, value]));

describe('a change of people', () => {
  it('is shown first, changes nothing, and is made as it was shown', async () => {
    const { id, email } = await somebody(site, ['User']);
    await renames.rename(operator, email, { name: '<b>Some</b>' });
    const crew = await roleOf(site, ['audit-read']);
    const fields = { change: 'grant', users: String(id), role: crew, until: '2099-01-31', reason: 'For the summer' };
    const before = await dump(site);
    const shown = await admin.get(ofUsers(fields));
    await expectUnchanged(site, before);
    expect([shown.status, shown.h1]).toEqual([200, `Give the role ${crew} to &lt;b&gt;Some&lt;/b&gt;`]);
    expect(shown.body).toContain('will be able to: read the audit log. Ends 31 January 2099.');
    expect(shown.body).not.toContain('<b>Some');
    const done = await admin.post('/admin/users/change', { ...fields, digest: digestOn(shown) });
    expect([done.status, done.location]).toEqual([303, `/admin/users/${id}`]);
    expect(await holdings.rolesOf(id)).toEqual(['User', crew]);
    const [event] = await site.database.query<{ reason: string }>(
      'SELECT reason FROM audit_events ORDER BY sequence DESC LIMIT 1',
    );
    expect(event?.reason).toBe('For the summer');
    expect((await admin.get('/')).body).toContain(
      `&lt;b&gt;Some&lt;/b&gt; now has the role ${crew} until 31 January 2099.`,
    );
  });

  it('is not made without having been shown, nor after something else has changed', async () => {
    const { id, email } = await somebody(site, ['User']);
    const fields = { change: 'deactivate', users: String(id) };
    const blind = await admin.post('/admin/users/change', fields);
    expect(blind.status).toBe(409);
    expect(blind.body).toContain('Look at the effect first.');
    const digest = digestOn(await admin.get(ofUsers(fields)));
    await grants.give(operator, email, await roleOf(site, ['audit-read']));
    const before = await dump(site);
    const stale = await admin.post('/admin/users/change', { ...fields, digest });
    expect(stale.status).toBe(409);
    expect(stale.body).toContain('This would have another effect than the one you were shown');
    expect(stale.body).toContain('<code>audit-read</code>');
    await expectUnchanged(site, before);
    const again = await admin.post('/admin/users/change', { ...fields, digest: digestOn(stale) });
    expect(again.status).toBe(303);
    expect((await users.byEmail(email)).active).toBe(false);
  });

  it.each<[string, Fields, Fields]>([
    ['a later end', { until: '2099-01-31' }, { until: '2099-02-28' }],
    ['no end in place of one', { until: '2099-01-31' }, { until: '' }],
  ])('is what stands in the fields: with %s it is shown anew, and then made', async (_, before, typed) => {
    const { id, name } = await somebody(site, ['User']);
    const crew = await roleOf(site, ['audit-read']);
    const shown = await admin.get(ofUsers({ change: 'grant', users: String(id), role: crew, reason: 'x', ...before }));
    const { page: other } = await press(admin, shown, /^Give the role$/, { ...typed, reason: 'For the summer' });
    expect(other.status).toBe(409);
    expect(other.body).toContain('This would have another effect than the one you were shown');
    expect(await holdings.rolesOf(id)).toEqual(['User']);
    expect(valuesOn(other)).toMatchObject({ ...typed, role: crew, reason: 'For the summer' });
    const { page: done } = await press(admin, other, /^Give the role$/);
    expect(done.status).toBe(303);
    const until = typed.until === '' ? null : new Date(Date.parse(typed.until!) + 86_400_000);
    expect(await holdings.heldGrant(id, crew)).toMatchObject({ until, reason: 'For the summer' });
    const end = until ? ' until 28 February 2099' : ', without an end';
    expect((await admin.get('/')).body).toContain(`${name} now has the role ${crew}${end}.`);
  });

  it.each<[string, Fields]>([
    ['an end, where none was shown', { until: '' }],
    ['an earlier end', { until: '2099-02-28' }],
  ])('takes one press with a reason and %s', async (_, before) => {
    const { id, name } = await somebody(site, ['User']);
    const crew = await roleOf(site, ['audit-read']);
    const shown = await admin.get(ofUsers({ change: 'grant', users: String(id), role: crew, ...before }));
    const typed = { until: '2099-01-31', reason: 'For the summer' };
    const { page: done } = await press(admin, shown, /^Give the role$/, typed);
    expect([done.status, done.location]).toEqual([303, `/admin/users/${id}`]);
    const until = new Date('2099-02-01T00:00Z');
    expect(await holdings.heldGrant(id, crew)).toMatchObject({ until, reason: 'For the summer' });
    expect((await admin.get('/')).body).toContain(`${name} now has the role ${crew} until 31 January 2099.`);
  });

  it('is not made where the end that was shown is no date', async () => {
    const { id } = await somebody(site, ['User']);
    const crew = await roleOf(site, ['audit-read']);
    const grant = { change: 'grant', users: String(id), role: crew, until: '2099-01-31' };
    const page = await admin.post('/admin/users/change', { ...grant, shown_until: 'soon' });
    expect(page.status).toBe(422);
    expect(page.body).toContain('role="alert">Send the form as it was shown.');
    expect(await holdings.rolesOf(id)).toEqual(['User']);
  });

  it.each(['grant', 'revoke'])('is what stands in the fields: with another role to %s', async (change) => {
    const [shownRole, typedRole] = [await roleOf(site, ['audit-read']), await roleOf(site, ['audit-read'])];
    const { id } = await somebody(site, change === 'grant' ? ['User'] : ['User', shownRole, typedRole]);
    const before = await holdings.rolesOf(id);
    const shown = await admin.get(ofUsers({ change, users: String(id), role: shownRole }));
    const button = change === 'grant' ? /^Give the role$/ : /^Take the role away$/;
    const { page: other } = await press(admin, shown, button, { role: typedRole });
    expect([other.status, valuesOn(other).role, await holdings.rolesOf(id)]).toEqual([409, typedRole, before]);
    expect((await press(admin, other, button)).page.status).toBe(303);
    expect(await holdings.rolesOf(id)).toEqual(change === 'grant' ? ['User', typedRole] : ['User', shownRole]);
  });

  it.each(['deactivate', 'delete'])('to %s keeps the reason that stands in the field at last', async (change) => {
    const { id, email } = await somebody(site, ['User']);
    const shown = await admin.get(ofUsers({ change, users: String(id), reason: 'Leaves' }));
    const typed = { reason: 'Has left', ...(change === 'delete' ? { email } : {}) };
    const { page: done } = await press(admin, shown, change === 'delete' ? /^Delete$/ : /^Deactivate$/, typed);
    expect(done.status).toBe(303);
    const [event] = await site.database.query('SELECT * FROM audit_events ORDER BY sequence DESC LIMIT 1');
    expect(event).toMatchObject({ action: `user.${change}`, subject: `user ${id}`, reason: 'Has left' });
  });

  it('says in its fields until which time it is shown, whatever it was opened with', async () => {
    const { id } = await somebody(site, ['User']);
    const crew = await roleOf(site, ['audit-read']);
    const fields = { change: 'grant', users: String(id), role: crew, until: '2099-01-31T18:30' };
    const shown = await admin.get(ofUsers(fields));
    expect(inputOn(shown, 'until')).toMatchObject({ type: 'datetime-local', value: '2099-01-31T18:30' });
    const { page: other } = await press(admin, shown, /^Give the role$/, { until: '2099-02-01T00:00' });
    expect([other.status, inputOn(other, 'until')]).toMatchObject([409, { type: 'date', value: '2099-01-31' }]);
  });

  it('of several is told for each: done, so already, or refused', async () => {
    const [below, above, inactive] = [
      await somebody(site, ['User']),
      await somebody(site, ['Admin']),
      await somebody(site, ['User']),
    ];
    await users.deactivate(operator, inactive.email);
    const person = await keeper();
    const fields = { change: 'deactivate', users: [below, above, inactive].map(({ id }) => id).join() };
    const shown = await person.get(ofUsers(fields));
    expect(shown.body).toMatch(new RegExp(`<strong><bdi>${above.name}</bdi></strong>: You don&#x27;t hold`));
    expect(shown.body).toContain(`It is so already for <bdi>${inactive.name}</bdi>.`);
    const done = await person.post('/admin/users/change', { ...fields, digest: digestOn(shown) });
    expect([done.status, done.location]).toEqual([303, '/admin/users']);
    expect(await Promise.all([below, above].map(async ({ email }) => (await users.byEmail(email)).active))).toEqual([
      false,
      true,
    ]);
    const { body } = await person.get('/');
    expect(body).toContain(`${below.name} is no longer active.`);
    expect(body).toContain(`Not for ${above.name}:`);
  });

  it('that nobody may make has no button', async () => {
    const { id } = await somebody(site, ['Admin']);
    const page = await (await keeper()).get(ofUsers({ change: 'delete', users: String(id) }));
    expect(page.status).toBe(200);
    expect(page.body).not.toContain('name="digest"');
  });

  it('deletes somebody only when their address is typed', async () => {
    const { id, email } = await somebody(site, ['User']);
    const fields = { change: 'delete', users: String(id) };
    const digest = digestOn(await admin.get(ofUsers(fields)));
    const before = await dump(site);
    for (const typed of ['', superuser.email, 'somebody']) {
      const page = await admin.post('/admin/users/change', { ...fields, digest, email: typed });
      expect(page.status).toBe(422);
      expect(page.body).toContain('Type the address of the person whom you delete.');
    }
    await expectUnchanged(site, before);
    // No form that asks has it among what stands in its address.
    for (const { inputs, buttons } of formsOf(await admin.get(ofUsers(fields))))
      if (inputs.some(({ name }) => name === 'email')) expect(buttons.map(({ method }) => method)).toEqual(['post']);
    const done = await admin.post('/admin/users/change', { ...fields, digest, email: ` ${email.toUpperCase()} ` });
    expect([done.status, done.location]).toEqual([303, '/admin/users']);
    expect(await users.findByEmail(email)).toBeNull();
  });

  it.each<[string, Fields, string]>([
    ['nobody chosen', { change: 'activate' }, 'Choose at least one person.'],
    ['an unknown change', { change: 'promote', users: '1' }, 'Choose what to do.'],
    ['no number', { change: 'activate', users: '1 OR 1=1' }, 'This is no list of numbers.'],
    ['two to delete', { change: 'delete', users: '1,2' }, 'Delete one person at a time.'],
    ['no date', { change: 'grant', users: '1', role: 'User', until: '2027-02-30' }, 'Enter a day'],
    ['a long reason', { change: 'activate', users: '1', reason: 'x'.repeat(256) }, 'A reason has at most 255'],
  ])('with %s is refused with a word', async (_, fields, sentence) => {
    await admin.get('/'); // They have read what was done before.
    const before = await dump(site);
    for (const page of [await admin.get(ofUsers(fields)), await admin.post('/admin/users/change', fields)]) {
      expect(page.status).toBe(422);
      expect(page.body).toContain(sentence);
    }
    await expectUnchanged(site, before);
  });

  it('of a role asks for the role first, and is not made without one', async () => {
    const { id, name } = await somebody(site, ['User']);
    const crew = await roleOf(site, ['audit-read']);
    const fields = { change: 'grant', users: String(id), until: '2099-01-31', reason: 'Summer' };
    const asked = await admin.get(ofUsers(fields));
    expect([asked.status, asked.h1]).toEqual([200, `Give a role to ${name}`]);
    const refused = await admin.post('/admin/users/change', fields);
    expect([refused.status, refused.body.includes('Choose a role.')]).toEqual([422, true]);
    const { page } = await press(admin, asked, new RegExp(`^With an end date or a reason for the role ${crew}$`));
    expect(page.h1).toBe(`Give the role ${crew} to ${name}`);
    expect(valuesOn(page)).toMatchObject({ until: '2099-01-31', reason: 'Summer' });
    expect(await holdings.rolesOf(id)).toEqual(['User']);
    expect((await admin.get(ofUsers({ ...fields, until: 'soon' }))).status).toBe(422);
  });

  it('of a role to one person is previewed where the role is chosen, and made from there as it was shown', async () => {
    const { id, email, name } = await somebody(site, ['User']);
    const crew = await roleOf(site, ['audit-read', 'user-read']);
    const address = ofUsers({ change: 'grant', users: String(id) });
    const before = await dump(site);
    const asked = await admin.get(address);
    await expectUnchanged(site, before);
    expect(asked.body).toContain(`<bdi>${name}</bdi> will be able to: read the audit log.`);
    await grants.give(operator, email, crew, { until: new Date('2099-02-01T00:00Z') });
    const { page: stale } = await press(admin, asked, new RegExp(`^Give ${crew}$`));
    expect([stale.status, stale.h1]).toEqual([409, `Give the role ${crew} to ${name}`]);
    await grants.revoke(operator, email, crew);
    const { page } = await press(admin, await admin.get(address), new RegExp(`^Give ${crew}$`));
    expect([page.status, page.location]).toEqual([303, `/admin/users/${id}`]);
    expect(await holdings.rolesOf(id)).toEqual(['User', crew]);
  });

  it('of a role is offered without a preview for somebody whom one may not change, and for none of the roles one may not give', async () => {
    const [person, crew] = [await keeper(), await roleOf(site, ['audit-read'])];
    const below = await somebody(site, ['User']);
    const above = await somebody(site, ['User', crew]);
    const offers = async (id: number) =>
      formsOf(await person.get(ofUsers({ change: 'grant', users: String(id) })))
        .flatMap(({ buttons }) => buttons.map(({ words }) => words))
        .filter((words) => words.startsWith('Give '));
    expect(await offers(below.id)).not.toEqual([]);
    expect(await offers(below.id)).not.toContain(`Give ${crew}`);
    expect(await offers(above.id)).toEqual([]);
  });

  it('says where it is about oneself', async () => {
    const own = (await users.byEmail(superuser.email)).id;
    const crew = await roleOf(site, ['audit-read']);
    await grants.give(operator, superuser.email, crew);
    const losing = ofUsers({ change: 'revoke', users: String(own), role: crew });
    expect((await admin.get(losing)).body).toContain('This is you: you lose what is listed here.');
    const { id } = await somebody(site, ['User', crew]);
    const [both, other] = [`${own},${id}`, String(id)].map((who) =>
      ofUsers({ change: 'revoke', users: who, role: crew }),
    );
    expect((await admin.get(both!)).body).toContain('You are one of them');
    expect((await admin.get(other!)).body).not.toMatch(/This is you|You are one of them/);
  });

  it('that takes something from several has their number on its button', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const [ada, ben, none] = [await somebody(site, [crew]), await somebody(site, [crew]), await somebody(site)];
    const some = [ada, ben, none].map(({ id }) => id).join();
    const shown = await admin.get(ofUsers({ change: 'revoke', users: some, role: crew }));
    expect(shown.body).toMatch(/<button[^>]* class="danger">Take the role from 2 people<\/button>/);
    expect(shown.body).toMatch(
      /<p class="loses"><strong><bdi>[^.]*<\/strong> will no longer be able to: read the audit log\./,
    );
    const given = await admin.get(ofUsers({ change: 'grant', users: some, role: crew }));
    expect(given.body).toMatch(/<button[^>]*>Give the role to 1 person<\/button>/);
    expect(given.body).not.toContain('class="danger"');
  });

  it('leads on within the site only', async () => {
    const { id } = await somebody(site, ['User']);
    for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example']) {
      const fields = { change: 'activate', users: String(id), next };
      const done = await admin.post('/admin/users/change', {
        ...fields,
        digest: digestOn(await admin.get(ofUsers(fields))),
      });
      expect(done.location ?? '/').toBe('/');
    }
  });
});

describe('a change of a role', () => {
  const edit = async (name: string, to: Fields) => {
    const { description, permissions, ...role } = await roles.byName(name);
    const was = { name: role.name, description, permissions: permissions.join() };
    return { change: 'edit', role: name, ...was, ...to, base: versionOf({ ...role, description, permissions }) };
  };

  it('is shown for everybody who holds it, and is made as it was shown', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const holders = [await somebody(site, ['User', crew]), await somebody(site, ['User', crew])];
    const fields = await edit(crew, { permissions: 'users-read' });
    const shown = await admin.get(ofRoles(fields));
    expect(shown.body).toMatch(/<strong>2<\/strong>\s+people gain or lose something/);
    for (const { email } of holders) expect(shown.body).toContain(email);
    expect((await roles.byName(crew)).permissions).toEqual(['audit-read']);
    const done = await admin.post('/admin/roles/change', { ...fields, digest: digestOn(shown) });
    expect([done.status, done.location]).toEqual([303, `/admin/roles/${(await roles.byName(crew)).id}`]);
    expect((await roles.byName(crew)).permissions).toEqual(['users-read']);
  });

  it('over what somebody else has saved is a 409 that shows both', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const mine = await edit(crew, { permissions: 'users-read', description: 'Mine' });
    const digest = digestOn(await admin.get(ofRoles(mine)));
    const theirs = await edit(crew, { description: 'Theirs' });
    await admin.post('/admin/roles/change', { ...theirs, digest: digestOn(await admin.get(ofRoles(theirs))) });
    await admin.get('/'); // They have read what was done before.
    const before = await dump(site);
    for (const page of [await admin.get(ofRoles(mine)), await admin.post('/admin/roles/change', { ...mine, digest })]) {
      expect(page.status).toBe(409);
      for (const text of ['Somebody else has changed', 'Theirs', 'Mine', 'audit-read', 'users-read'])
        expect(page.body).toContain(text);
    }
    await expectUnchanged(site, before);
  });

  it('is refused when more people hold it than were shown', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const fields = await edit(crew, { permissions: '' });
    const digest = digestOn(await admin.get(ofRoles(fields)));
    await somebody(site, ['User', crew]);
    const page = await admin.post('/admin/roles/change', { ...fields, digest });
    expect(page.status).toBe(409);
    expect(page.body).toContain('<strong>1</strong>');
  });

  it('is refused with a word where it would climb, lock everybody out, or rename what is built in', async () => {
    const before = await dump(site);
    for (const [fields, sentence, status] of [
      [await edit('Admin', { permissions: 'admin-read' }), 'administrator', 409],
      [await edit('User', { name: 'Guest' }), 'is built in', 409],
      [{ change: 'delete', role: 'Admin' }, 'is built in', 409],
      [{ change: 'delete', role: 'Nobody' }, 'There is no role', 409],
      [await edit('User', { permissions: 'no-such' }), 'There is no permission', 409],
    ] as [Fields, string, number][]) {
      const page = await admin.get(ofRoles(fields));
      expect([fields, page.status]).toEqual([fields, status]);
      expect(page.body).toContain(sentence);
    }
    await expectUnchanged(site, before);
  });

  it('deletes it from everybody', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const { id } = await somebody(site, ['User', crew]);
    const fields = { change: 'delete', role: crew };
    const shown = await admin.get(ofRoles(fields));
    expect(shown.body).toContain('<code>audit-read</code>');
    const done = await admin.post('/admin/roles/change', { ...fields, digest: digestOn(shown) });
    expect([done.status, done.location]).toEqual([303, '/admin/roles']);
    expect(await holdings.rolesOf(id)).toEqual(['User']);
  });

  it('deletes it for whoever has typed which one, and says for how many people', async () => {
    const crew = await roleOf(site, ['audit-read']);
    await somebody(site, ['User', crew]);
    const fields = { change: 'delete', role: crew };
    const shown = await admin.get(ofRoles(fields));
    expect(formsOf(shown).flatMap(({ buttons }) => buttons.map(({ words }) => words))).toContain(
      `Delete ${crew} for 1 person`,
    );
    const digest = digestOn(shown);
    const before = await dump(site);
    for (const name of ['', 'Crew', `${crew} too`]) {
      const page = await admin.post('/admin/roles/change', { ...fields, digest, name });
      expect([page.status, page.body.includes('Type the name of the role that you delete.')]).toEqual([422, true]);
    }
    await expectUnchanged(site, before);
    expect((await admin.post('/admin/roles/change', { ...fields, digest, name: crew.toUpperCase() })).status).toBe(303);
    expect(await roles.find(crew)).toBeNull();
  });

  it('names nobody to somebody who may not see people', async () => {
    const crew = await roleOf(site, ['admin-read', 'admin-write', 'roles-read', 'roles-write']);
    const keyholder = await site.user('keyholder@example.org');
    await grants.give(operator, 'keyholder@example.org', crew);
    const other = await roleOf(site, ['roles-read']);
    const { email } = await somebody(site, ['User', other]);
    const page = await keyholder.get(ofRoles({ change: 'delete', role: other }));
    expect(page.body).toMatch(/<strong>1<\/strong>/);
    expect(page.body).not.toContain(email);
  });
});
