import { UserGrants } from '../src/accounts/user-grants.service';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { PasswordLinks } from '../src/credentials/password-links.service';
import { AllUsers } from '../src/directory/all-users.service';
import { RoleExists } from '../src/roles/role-errors';
import { versionOf } from '../src/roles/role-version';
import { RolesService } from '../src/roles/roles.service';
import { EmailLooksTaken, EmailTaken, InvalidEmail, InvalidName } from '../src/users/user-errors';
import { holder } from './support/holder';
import type { Page, Person } from './support/person';
import { Site, superuser } from './support/site';
import { make, toldOn, undoOn } from './support/undo';

const password = 'a password of somebody';

describe('text that deceives', () => {
  let site: Site;
  let admin: Person;
  let users: UsersService;
  let allUsers: AllUsers;
  let grants: UserGrants;
  let roles: RolesService;
  beforeAll(async () => {
    site = await Site.start();
    admin = await site.admin();
    users = site.app.get(UsersService);
    allUsers = site.app.get(AllUsers);
    grants = site.app.get(UserGrants);
    roles = site.app.get(RolesService);
  });
  afterAll(() => site.stop());

  const create = (email: string, name = '') =>
    users.create(operator, { email, name, passwordHash: '', active: true, roles: ['User'] });
  const role = (name: string) => roles.create(operator, { name, description: '', permissions: [] });
  const errorOf = ({ body }: Page, field: string) =>
    new RegExp(`id="${field}-error"[^>]*>([^<]*)<`).exec(body)?.[1] ?? '';
  const count = async () => (await allUsers.figures()).people;

  describe('in an address', () => {
    it.each([
      ['no width', 'admin\u200B@fakesite.com', /U\+200B/],
      ['an override', '\u202Eadmin@fakesite.com', /U\+202E/],
      ['a soft hyphen in the domain', 'admin@fake\u00ADsite.com', /U\+00AD/],
      ['a Cyrillic letter', 'аdmin@fakesite.com', /several alphabets/],
      ['a Greek letter', 'admιn@fakesite.com', /several alphabets/],
    ])('%s is refused at every door', async (_, email, message) => {
      const before = await count();
      const page = await site.visitor().register(email, password);
      expect([page.status, errorOf(page, 'email')]).toEqual([422, expect.stringMatching(message)]);
      const added = await admin.post('/admin/users/new', { email, roles: 'User' });
      expect([added.status, errorOf(added, 'email')]).toEqual([422, expect.stringMatching(message)]);
      await expect(create(email)).rejects.toThrow(InvalidEmail);
      expect(await count()).toBe(before);
    });

    it.each([
      ['the width of its letters', 'ａｄｍｉｎ@fakesite.com'],
      ['its case', 'ADMIN@FakeSite.com'],
      ['spaces around it', ' admin@fakesite.com\u3000'],
    ])('only %s makes it no other address', async (_, email) => {
      await expect(create(email)).rejects.toThrow(EmailTaken);
      expect((await users.byEmail(email)).email).toBe(superuser.email);
    });

    it('of other letters, nobody can be taken for somebody; in ASCII alone, two people may look alike', async () => {
      await create('tim@example.org');
      await create('tirn@example.org');
      await create('coca@example.org');
      await expect(create('соса@example.org')).rejects.toThrow(EmailLooksTaken);
      await create('роса@example.org');
      await expect(create('poca@example.org')).rejects.toThrow(EmailLooksTaken);
      const page = await site.visitor().register('poca@example.org', password);
      expect([page.status, errorOf(page, 'email')]).toEqual([422, expect.stringMatching(/looks like this one/)]);
    });

    it('and its double, asked for at the same moment, become one account', async () => {
      const doubles = ['сора@example.org', 'copa@example.org', 'соpа@example.org'];
      const made = await Promise.allSettled(doubles.map((email) => create(email)));
      expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });
  });

  describe('one mailbox with two spellings', () => {
    it.each([
      ['admin@exämple.org', 'admin@xn--exmple-cua.org'],
      ['ada@xn--strae-oqa.de', 'ada@straße.de'],
      ['иван@пример.рф', 'иван@xn--e1afmkfd.xn--p1ai'],
      ['太郎@例え.jp', '太郎@xn--r8jz45g.jp'],
    ])('%s signs in as %s too, and is nobody else’s', async (made, other) => {
      const person = site.visitor();
      expect((await person.register(made, password)).status).toBe(303);
      for (const spelling of [made, other, made.toUpperCase().toLowerCase()]) {
        const again = site.visitor();
        expect((await again.signIn(spelling, password)).status).toBe(303);
        expect((await again.get('/account')).body).toContain(`<dd>${(await users.byEmail(made)).email}</dd>`);
      }
      expect((await site.visitor().register(other, password)).status).toBe(422);
      expect((await users.byEmail(other)).email).not.toContain('xn--');
    });

    it('shares one count of failed sign-ins', async () => {
      const spellings = ['count@xn--zhl-qla.org', 'count@zähl.org'];
      expect((await site.visitor().register(spellings[0]!, password)).status).toBe(303);
      for (let i = 0; i < 10; i++)
        expect((await site.visitor().signIn(spellings[i % 2]!, 'not the password')).status).toBe(401);
      for (const spelling of spellings) expect((await site.visitor().signIn(spelling, password)).status).toBe(429);
    });

    it('is confirmed in either before it is deleted', async () => {
      const { id } = await create('gone@exämple.org');
      const change = { change: 'delete', users: String(id) };
      const preview = await admin.get(`/admin/users/change?${new URLSearchParams(change).toString()}`);
      const digest = /name="digest" value="([^"]*)"/.exec(preview.body)?.[1] ?? '';
      const sent = { ...change, digest };
      expect((await admin.post('/admin/users/change', { ...sent, email: 'gone@exemple.org' })).status).toBe(422);
      expect((await admin.post('/admin/users/change', { ...sent, email: 'gone@xn--exmple-cua.org' })).status).toBe(303);
    });
  });

  describe('in a name, a reason or a description', () => {
    it.each([
      ['no width at all', '\u200B', /U\+200B/],
      ['an override', 'Ann \u202Emoc.etisekaf@nimda', /U\+202E/],
      ['a separator of lines', 'Ann\u2028admin', /U\+2028/],
      ['a filler', '\u3164', /U\+3164/],
      ['a tag', 'Ann\u{E0061}', /U\+E0061/],
    ])('%s is refused, and it is said where', async (_, text, message) => {
      const email = 'named@example.org';
      const before = await count();
      const page = await site.visitor().register(email, password, { name: text });
      expect([page.status, errorOf(page, 'name')]).toEqual([422, expect.stringMatching(message)]);
      await expect(create(email, text)).rejects.toThrow(InvalidName);
      const reasoned = await admin.post('/admin/users/new', { email, roles: 'User', reason: text });
      expect([reasoned.status, errorOf(reasoned, 'reason')]).toEqual([422, expect.stringMatching(message)]);
      await expect(grants.give(operator, superuser.email, 'User', { reason: text })).rejects.toThrow(message);
      await expect(roles.create(operator, { name: 'Described', description: text, permissions: [] })).rejects.toThrow(
        message,
      );
      const described = await admin.post('/admin/roles/new', { name: 'Described', description: text });
      expect([described.status, errorOf(described, 'description')]).toEqual([422, expect.stringMatching(message)]);
      expect([await count(), await roles.find('Described')]).toEqual([before, null]);
    });

    it('a Persian joiner stays where the word needs it', async () => {
      const { name } = await create('persian@example.org', 'علی\u200Cرضا');
      expect(name).toBe('علی\u200Cرضا');
    });
  });

  it('written from right to left, a name keeps to its own place on every page', async () => {
    const name = 'מרים לוי 7';
    const { id, email } = await create('miriam@example.org', name);
    await roles.create(operator, { name: 'Gatekeeper', description: '', permissions: ['users-read'] });
    await grants.give(operator, email, 'Gatekeeper', { until: new Date(Date.now() + 86_400_000) });
    const { id: roleId } = await roles.byName('Gatekeeper');
    const { address } = await site.app.get(PasswordLinks).make(operator, id);
    const own = site.visitor();
    await own.register('lea@example.org', password, { name });
    const revoking = new URLSearchParams({ change: 'revoke', users: String(id), role: 'Gatekeeper' }).toString();
    const opener = site.visitor();
    await opener.get(new URL(address).pathname);
    const pages: [Person, string][] = [
      [admin, '/admin'],
      [admin, '/admin/users'],
      [admin, `/admin/users/${id}`],
      [admin, `/admin/users/${id}/link`],
      [admin, `/admin/users/${id}/second-factors/reset`],
      [admin, `/users/${id}/history`],
      [admin, '/admin/search?q=miriam'],
      [admin, `/admin/users/change?${revoking}`],
      [admin, `/admin/roles/${roleId}`],
      [admin, '/admin/audit'],
      [admin, '/admin/access/why?email=miriam@example.org'],
      [admin, '/admin/access/route?route=GET+%2Faccount'],
      [own, '/'],
      [own, '/account'],
      [opener, '/welcome/password'],
    ];
    for (const [person, path] of pages) {
      const { body } = await person.get(path);
      const countOf = (part: string) => body.split(part).length - 1;
      const [all, apart] = [countOf(name), countOf(`<bdi>${name}</bdi>`) + countOf(`\u2068${name}\u2069`)];
      expect([path, all > 0, all - apart]).toEqual([path, true, 0]);
    }
  });

  it('written from right to left, the name of a role keeps to its own place in errors, reasons, notices and lists', async () => {
    const [first, second] = ['צוות 7', 'צוות 8'];
    const apart = (one: string) => `\u2068${one}\u2069`;
    await roles.create(operator, { name: first, description: '', permissions: ['user-read'] });
    await role(second);
    const { email, person } = await holder(site, [first]);
    await grants.give(operator, email, second);
    const refused = await admin.post('/admin/roles/new', { name: first, description: '' });
    expect(refused.body).toContain(`There is a role &quot;${apart(first)}&quot; already.`);
    const why = new URLSearchParams({ email, route: 'GET /account' }).toString();
    expect((await admin.get(`/admin/access/why?${why}`)).body).toContain(`through the role ${apart(first)}<`);
    expect((await person.get('/account/activity')).body).toContain(`You were given the role ${apart(second)}`);
    const listed = (await admin.get(`/admin/users?search=${email}`)).body;
    expect(listed).toContain(`${apart(first)}, ${apart(second)}`);
  });

  it('written from right to left, the name of a role keeps to its own place in sentences', async () => {
    const [name, later] = ['צוות 2', 'צוות 3'];
    const apart = (one: string) => `\u2068${one}\u2069`;
    const { id, email } = await create('crew@example.org', 'Crew of one');
    await role(name);
    const { id: roleId, ...content } = await roles.byName(name);
    await grants.give(operator, email, name);
    const change = { change: 'revoke', users: String(id), role: name };
    const shown = await admin.get(`/admin/users/change?${new URLSearchParams(change).toString()}`);
    expect(shown.h1).toBe(`Take the role ${apart(name)} from Crew of one`);
    expect(shown.body).toContain(`loses the role ${apart(name)}`);
    const told = await make(admin, 'users', change);
    expect(toldOn(told)).toBe(`Crew of one no longer has the role ${apart(name)}.`);
    await grants.give(operator, email, name);
    const undo = await admin.get(undoOn(told)!);
    expect(undo.h1).toBe(`Undo: Take the role ${apart(name)} from Crew of one`);
    expect(undo.body).toContain(`The role ${apart(name)} was given again since.`);
    await roles.edit(operator, name, { ...content, name: later, base: versionOf(content) });
    const { body } = await admin.get(`/admin/roles/${roleId}`);
    expect(body).toContain(`The operator made the role ${apart(name)}<`);
    expect(body).toContain(`<dt>name</dt><dd>${apart(name)} → ${apart(later)}</dd>`);
    const log = (await admin.get('/admin/audit?action=grant.remove')).body;
    expect(log).toContain(`took a role from Crew of one: ${apart(name)}<`);
    const deletion = new URLSearchParams({ change: 'delete', role: later }).toString();
    const { h1, body: preview } = await admin.get(`/admin/roles/change?${deletion}`);
    expect(h1).toBe(`Delete the role ${apart(later)}`);
    expect(preview).toContain(`Delete ${apart(later)} for 1 person`);
  });

  describe('in the name of a role', () => {
    it.each([
      ['its case', 'ADMIN'],
      ['a Cyrillic letter', 'Аdmin'],
      ['two letters for one', 'Adrnin'],
      ['a space of no width', 'Admin\u200B'],
      ['spaces', '  Admin '],
    ])('%s makes it no other role', async (_, name) => {
      await expect(role(name)).rejects.toThrow(/already|U\+200B/);
      const page = await admin.post('/admin/roles/new', { name, description: '' });
      expect([page.status, errorOf(page, 'name')]).toEqual([422, expect.stringMatching(/already|U\+200B/)]);
    });

    it('is found however its letters and spaces were typed', async () => {
      await role('Große Bu\u0308hne  links');
      expect((await roles.byName('Große Bühne links')).name).toBe('Große Bühne links');
      expect((await roles.byName(' Große Bu\u0308hne   links')).name).toBe('Große Bühne links');
      await expect(role('GROSSE BÜHNE LINKS')).rejects.toThrow(RoleExists);
    });

    it('is free again once its role has another name, or is gone', async () => {
      await role('Gate');
      const { id, ...gate } = await roles.byName('Gate');
      const base = versionOf(gate);
      await expect(roles.edit(operator, 'Gate', { ...gate, name: 'User', base })).rejects.toThrow(RoleExists);
      await roles.edit(operator, 'Gate', { ...gate, name: 'gate', base });
      expect((await roles.byId(id))?.name).toBe('gate');
      await expect(role('GATE')).rejects.toThrow('There is a role "gate" already, which could be taken for "GATE".');
      await roles.delete(operator, 'gate');
      await role('GATE');
    });

    it('is one of many that look alike, asked for at the same moment', async () => {
      const looks = ['Security', 'security', 'SECURITY', 'Sесurity', 'Ｓecurity'];
      const made = await Promise.allSettled(looks.map((name) => role(name)));
      expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });
  });
});
