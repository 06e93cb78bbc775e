import { operator } from '../src/audit/actor';
import { Clock } from '../src/config/clock';
import { versionOf } from '../src/roles/role-version';
import { dump, expectUnchanged } from './support/dump';
import { roleOf } from './support/role-of';
import { somebody } from './support/somebody';
import { confirm, make, toldOn, undo, undoOn } from './support/undo';
import { admin, edit, grants, held, inDays, newest, roles, site, users } from './support/undo-site';

const MINUTE = 60_000;

afterEach(() => jest.restoreAllMocks());

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
    await expectUnchanged(site, before);
    expect((await admin.get('/admin/audit')).body).not.toContain('>Undo</a>');
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
    const { id, email, name } = await somebody(site, ['User']);
    await grants.give(operator, email, crew, { until: new Date(Date.now() + 2 * MINUTE) });
    const told = await make(admin, 'users', { change: 'revoke', users: String(id), role: crew });
    later(3 * MINUTE);
    const shown = await admin.get(undoOn(told)!);
    expect(shown.body).toContain(`It is so already for <bdi>${name}</bdi>.`);
    expect(shown.body).not.toContain('name="digest"');
  });
});
