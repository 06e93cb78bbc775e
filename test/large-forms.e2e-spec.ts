import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { Database } from '../src/database/database';
import { Grant } from '../src/roles/grant.entity';
import { Role } from '../src/roles/role.entity';
import { RolesService } from '../src/roles/roles.service';
import { User } from '../src/users/user.entity';
import { crowd } from './support/crowd';
import { dump, expectUnchanged } from './support/dump';
import { holder } from './support/holder';
import type { Page, Person } from './support/person';
import { Site } from './support/site';

let site: Site;
let admin: Person;
let many: number[];

beforeAll(async () => {
  site = await Site.start();
  admin = await site.admin();
  await crowd(site, 250, {});
  const found = await site.app
    .get(Database)
    .read.find(User, { where: { active: true }, order: { id: 'DESC' }, take: 200 });
  many = found.map(({ id }) => id);
});
afterAll(() => site.stop());

const digestOn = ({ body }: Page) => /name="digest" value="([0-9a-f]{64})"/.exec(body)?.[1] ?? '';

describe('a form with many fields', () => {
  it.each([
    ['as boxes that are ticked', (ids: number[]) => ids.map((id): [string, string] => ['users', String(id)])],
    ['as a list', (ids: number[]) => [['users', ids.join()] as [string, string]]],
  ])('changes two hundred people at once, %s', async (_, chosen) => {
    const change = (await site.app.get(UsersService).findById(many[0]!))?.active ? 'deactivate' : 'activate';
    const fields: [string, string][] = [...chosen(many), ['change', change], ['reason', 'é'.repeat(255)]];
    const shown = await admin.get(`/admin/users/change?${new URLSearchParams(fields).toString()}`);
    expect(shown.status).toBe(200);
    const body = new URLSearchParams([...fields, ['digest', digestOn(shown)]]);
    const done = await admin.send('POST', '/admin/users/change', { body });
    expect([done.status, done.location]).toEqual([303, '/admin/users']);
    expect((await admin.get('/')).body).toContain(
      change === 'activate' ? '200 people are active now.' : '200 people are no longer active.',
    );
  });

  it('makes a role of more permissions than there are today, where they are known', async () => {
    const unknown = Array.from({ length: 300 }, (_, i): [string, string] => ['permissions', `of-a-feature-${i}`]);
    const body = new URLSearchParams([['name', 'Large'], ['description', ''], ...unknown]);
    const page = await admin.send('POST', '/admin/roles/new', { body });
    expect([page.status, page.body.includes('There is no permission')]).toEqual([422, true]);
    expect(page.body).toContain('value="Large"');
  });

  it.each([
    [
      'too many fields',
      new URLSearchParams(Array.from({ length: 1001 }, (_, i): [string, string] => ['users', String(i + 1)])),
    ],
    ['too long a text', new URLSearchParams({ change: 'activate', users: '1', reason: 'x'.repeat(140_000) })],
  ])('of %s says that nothing was saved, and what to do', async (_, body) => {
    await admin.get('/');
    const before = await dump(site);
    const page = await admin.send('POST', '/admin/users/change', { body });
    expect(page.status).toBe(413);
    expect(page.body).toContain('This form is too large, so nothing was saved.');
    await expectUnchanged(site, before);
  });
});

describe('what was changed is told, however much there is to tell:', () => {
  it('of two hundred people almost all are refused, each for a long reason', async () => {
    const roles = site.app.get(RolesService);
    const name = (i: number) => `${'ü'.repeat(60)} ${i}`;
    await roles.create(operator, {
      name: name(0),
      description: '',
      permissions: ['users-read', 'users-write', 'admin-read', 'admin-write'],
    });
    const { id, person } = await holder(site, ['User', name(0)]);
    await roles.create(operator, {
      name: name(1),
      description: '',
      permissions: ['roles-read', 'roles-write', 'audit-read'],
    });
    await site.app.get(Database).changeAccess(async (manager) => {
      const { id: roleId } = await manager.findOneByOrFail(Role, { name: name(1) });
      const given = many.slice(1).map((userId) => ({ userId, roleId, grantedAt: new Date() }));
      await manager.insert(Grant, given);
      await manager.increment(Role, { id: roleId }, 'holders', given.length);
    });
    const fields = { change: 'deactivate', users: [...many.slice(0, 199), id].join(), reason: '' };
    const shown = await person.get(`/admin/users/change?${new URLSearchParams(fields).toString()}`);
    const done = await person.post('/admin/users/change', { ...fields, digest: digestOn(shown) });
    expect(done.status).toBe(303);
    expect((await site.app.get(UsersService).findById(many[0]!))?.active).toBe(false);
  });

  it('a change that is made answers as made, though its message can not be stored', async () => {
    const { id } = await site.app.get(UsersService).create(operator, {
      email: 'told@example.org',
      name: '',
      passwordHash: 'x',
      active: true,
      roles: [],
    });
    const fields = { change: 'deactivate', users: String(id) };
    const shown = await admin.get(`/admin/users/change?${new URLSearchParams(fields).toString()}`);
    const database = site.app.get(Database);
    const real = database.transaction.bind(database);
    const transaction = jest
      .spyOn(database, 'transaction')
      .mockImplementation((work) =>
        /\bdata\b/.test(String(work)) ? Promise.reject(new Error('provoked by the test')) : real(work),
      );
    const done = await admin.post('/admin/users/change', { ...fields, digest: digestOn(shown) });
    transaction.mockRestore();
    expect(done.status).toBe(303);
    expect((await site.app.get(UsersService).findById(id))?.active).toBe(false);
  });

  it('an account is made with its link, or not at all', async () => {
    const before = await dump(site);
    await site.database.change('ALTER TABLE password_links RENAME TO password_links_away');
    const page = await admin.post('/admin/users/new', {
      email: 'both@example.org',
      name: '',
      roles: 'User',
      active: 'yes',
    });
    await site.database.change('ALTER TABLE password_links_away RENAME TO password_links');
    expect(page.status).toBe(500);
    await expectUnchanged(site, before);
  });
});
