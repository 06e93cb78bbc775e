import { Principals } from '../src/accounts/principals.service';
import { UserGrants } from '../src/accounts/user-grants.service';
import { UsersService } from '../src/accounts/users.service';
import { operator, type Actor } from '../src/audit/actor';
import { Changes } from '../src/preview/changes.service';
import { BeyondAuthority } from '../src/roles/authority';
import { UnknownPermission } from '../src/roles/role-errors';
import { versionOf } from '../src/roles/role-version';
import { RolesService } from '../src/roles/roles.service';
import { Sessions } from '../src/sessions/sessions.service';
import { dump, expectUnchanged } from './support/dump';
import { fieldsOf, formsOf, press } from './support/forms-of';
import { holder } from './support/holder';
import type { Person } from './support/person';
import { roleOf } from './support/role-of';
import { Site } from './support/site';
import { somebody } from './support/somebody';
import { make, undoOn } from './support/undo';

let site: Site;
let users: UsersService;
let grants: UserGrants;
let roles: RolesService;
let admin: Person;
let actor: Actor;

beforeAll(async () => {
  site = await Site.start();
  [users, grants, roles] = [site.app.get(UsersService), site.app.get(UserGrants), site.app.get(RolesService)];
  admin = await site.admin();
  actor = { kind: 'user', id: 1, ip: '127.0.0.1', requestId: 'r' };
  for (const name of ['tents-read', 'tents-write'])
    await site.database.change(
      `INSERT INTO permissions (name, description, since) VALUES ('${name}', 'Old', '2026-01-01')`,
    );
});
afterAll(() => site.stop());

/** A role that carries what has left the catalogue, and somebody who holds it. */
async function someCrew(...permissions: string[]) {
  const role = await roleOf(site, permissions);
  const { id } = await roles.byName(role);
  for (const name of ['tents-read', 'tents-write'])
    await site.database.change(`INSERT INTO role_permissions (role_id, permission) VALUES (${id}, '${name}')`);
  const { id: userId, person } = await holder(site, ['User', role]);
  return { role, id, userId, person, email: (await users.findById(userId))!.email };
}

describe('a permission that has left the catalogue', () => {
  it('counts for nothing', async () => {
    const { userId, role } = await someCrew('users-read');
    const principal = await site.app.get(Principals).load(userId);
    expect(principal?.grantOfPermission('tents-read', new Date())).toBeUndefined();
    expect(principal?.grantOfPermission('users-read', new Date())).toMatchObject({ role });
    const { permissions } = await site.app.get(Changes).preview(operator, { change: 'delete', role });
    expect(permissions.map(({ name }) => name)).toEqual(['users-read']);
  });

  it('that an edit took out does not come back by its undo, which says so', async () => {
    const { role, id } = await someCrew('users-read');
    const fields = {
      name: role,
      description: '',
      permissions: 'audit-read',
      base: versionOf(await roles.byName(role)),
    };
    const told = await make(admin, 'roles', { change: 'edit', role, ...fields });
    const shown = await admin.get(undoOn(told)!);
    expect(shown.body).toMatch(/<li>Without <code>tents-read<\/code>\s*<\/li>/);
    const { page: done } = await press(admin, shown, /^Undo$/);
    expect([done.status, await roles.byId(id)]).toMatchObject([303, { permissions: ['users-read'] }]);
    expect((await roles.byId(id))?.obsolete).toBeUndefined();
  });

  it.each<[string, (email: string, id: number, role: string) => Promise<unknown>]>([
    ['deactivated', (email) => users.deactivate(actor, email)],
    ['deleted', (email) => users.delete(actor, email)],
    ['signed out', (_email, id) => site.app.get(Sessions).end(actor, id)],
    ['taken the role', (email, _id, role) => grants.revoke(actor, email, role)],
    [
      'given the role for a time',
      (email, _id, role) => grants.give(actor, email, role, { until: new Date('2098-01-01') }),
    ],
  ])('does not keep who carries it from being %s', async (_, change) => {
    const { email, userId, role } = await someCrew('users-read');
    await expect(change(email, userId, role)).resolves.not.toBe(false);
  });

  it('gives nobody a right over what they lack besides', async () => {
    const { role } = await someCrew('audit-read');
    const { actor: keyholder } = await somebody(site, [await roleOf(site, ['roles-read', 'roles-write'])]);
    await expect(roles.removePermissions(keyholder, role, ['tents-read'])).rejects.toBeInstanceOf(BeyondAuthority);
  });

  it('is shown as such on the pages', async () => {
    const { id, role } = await someCrew();
    expect((await admin.get(`/admin/roles/${id}`)).body).toContain(
      'No longer in the catalogue. Opens nothing any more <code>tents-read</code>',
    );
    const { body } = await admin.get('/admin/permissions');
    const [section = ''] = /<section aria-labelledby="obsolete">.*?<\/section>/s.exec(body) ?? [];
    for (const text of ['<code>tents-read</code>', '<code>tents-write</code>', `>${role}<`])
      expect(section).toContain(text);
  });

  it('is kept by who edits the role and leaves it ticked, and is taken out by who does not', async () => {
    const { id, role } = await someCrew('users-read');
    const [form] = formsOf(await admin.get(`/admin/roles/${id}/edit`)).filter(
      ({ action }) => action === '/admin/roles/change',
    );
    const fields = fieldsOf(form!, form!.buttons[0]!);
    const before = await dump(site);
    const untouched = await admin.get(`/admin/roles/change?${new URLSearchParams(fields).toString()}`);
    expect(untouched.body).not.toContain('name="digest"');
    const edited = fields.filter(([, value]) => value !== 'tents-read');
    const shown = await admin.get(`/admin/roles/change?${new URLSearchParams(edited).toString()}`);
    await expectUnchanged(site, before);
    const digest = /name="digest" value="([0-9a-f]{64})"/.exec(shown.body)![1]!;
    const done = await admin.send('POST', '/admin/roles/change', {
      body: new URLSearchParams([...edited, ['digest', digest]]),
    });
    expect(done.status).toBe(303);
    expect(await roles.byName(role)).toMatchObject({ permissions: ['users-read'], obsolete: ['tents-write'] });
  });

  it('is removed by the operator, who can give it to no role', async () => {
    const { role } = await someCrew('users-read');
    expect(await roles.removePermissions(operator, role, ['tents-read'])).toEqual(['tents-read']);
    await expect(roles.addPermissions(operator, role, ['tents-read'])).rejects.toBeInstanceOf(UnknownPermission);
    await expect(roles.removePermissions(operator, role, ['tents-raed'])).rejects.toBeInstanceOf(UnknownPermission);
    expect(await roles.removePermissions(operator, role, ['tents-write', 'users-read'])).toEqual([
      'tents-write',
      'users-read',
    ]);
    expect(await roles.byName(role)).not.toHaveProperty('obsolete');
  });

  it('is seen by two who edit the role at once', async () => {
    const { role } = await someCrew();
    const changes = site.app.get(Changes);
    const now = await roles.byName(role);
    const mine = { change: 'edit' as const, role, to: { ...now, description: 'Mine', base: versionOf(now) } };
    await roles.removePermissions(operator, role, ['tents-read']);
    await expect(changes.preview(operator, mine)).rejects.toThrow('Somebody else has changed the role');
  });
});
