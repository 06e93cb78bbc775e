import { UserGrants } from '../src/accounts/user-grants.service';
import { UsersService } from '../src/accounts/users.service';
import { operator, type Actor } from '../src/audit/actor';
import { Changes } from '../src/preview/changes.service';
import { BeyondAuthority, HolderBeyondAuthority } from '../src/roles/authority';
import { versionOf } from '../src/roles/role-version';
import { RolesService } from '../src/roles/roles.service';
import { dump, expectUnchanged } from './support/dump';
import { holder } from './support/holder';
import { roleOf } from './support/role-of';
import { Site } from './support/site';
import { somebody } from './support/somebody';

const DAY = 24 * 60 * 60_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY);

let site: Site;
let users: UsersService;
let grants: UserGrants;
let roles: RolesService;

beforeAll(async () => {
  site = await Site.start();
  [users, grants, roles] = [site.app.get(UsersService), site.app.get(UserGrants), site.app.get(RolesService)];
  const keys = { name: 'Keyholder', description: '', permissions: ['users-write', 'roles-read', 'roles-write'] };
  await roles.create(operator, keys);
  await roles.create(operator, { name: 'Reader', description: '', permissions: ['audit-read'] });
  await roles.create(operator, { name: 'Empty', description: '', permissions: [] });
});
afterAll(() => site.stop());

const crew = () => roleOf(site, ['roles-read']);

const takings: [string, (actor: Actor, role: string, email: string) => Promise<unknown>][] = [
  ['from one person', (actor, role, email) => grants.revoke(actor, email, role)],
  ['by deleting it', (actor, role) => roles.delete(actor, role)],
  ['by emptying it', (actor, role) => roles.removePermissions(actor, role, ['roles-read'])],
  [
    'by editing it',
    async (actor, role) => {
      const now = await roles.byName(role);
      return roles.edit(actor, role, { ...now, permissions: ['roles-write'], base: versionOf(now) });
    },
  ],
];

describe.each(takings)('taking a role %s', (_, take) => {
  it.each<[string, Record<string, Date | null>]>([
    ['Admin', { Admin: null }],
    ['a permission more', { Reader: null }],
    ['it for a time', { Reader: inDays(3) }],
    ['something beside, and several roles', { User: null, Empty: null, Reader: null }],
  ])('is refused to who lacks what somebody holds: %s', async (_, held) => {
    const role = await crew();
    const keyholder = await somebody(site, ['Keyholder']);
    const { email } = await somebody(site, [role], held);
    for (let i = 0; i < 3; i++) await somebody(site, [role]);
    const before = await dump(site);
    await expect(take(keyholder.actor, role, email)).rejects.toHaveProperty('status', 403);
    await expectUnchanged(site, before);
    await expect(take(operator, role, email)).resolves.not.toThrow();
  });

  it.each<[string, Record<string, Date | null>]>([
    ['holds as much', { Keyholder: null }],
    ['holds less, and what is empty', { Empty: null }],
    ['holds as much for a time', { Keyholder: inDays(3) }],
  ])('is open to who covers everybody: who %s', async (_, held) => {
    const role = await crew();
    const keyholder = await somebody(site, ['Keyholder']);
    const { email } = await somebody(site, [role], held);
    await expect(take(keyholder.actor, role, email)).resolves.not.toBe(false);
  });

  it('is open where what they held more has ended', async () => {
    const role = await crew();
    const keyholder = await somebody(site, ['Keyholder']);
    const { email, actor } = await somebody(site, ['Reader', role]);
    const past = inDays(-1).toISOString().slice(0, 19).replace('T', ' ');
    await site.database.change(
      `UPDATE grants SET ends_at = '${past}' WHERE user_id = ${(actor as { id: number }).id} AND role_id = (SELECT id FROM roles WHERE name = 'Reader')`,
    );
    await expect(take(keyholder.actor, role, email)).resolves.not.toBe(false);
  });
});

describe('one rule', () => {
  it('asks who begins later, and who can not sign in, as for one person', async () => {
    const keyholder = await somebody(site, ['Keyholder']);
    const [one, other] = [await crew(), await crew()];
    const later = await somebody(site, [one]);
    await grants.give(operator, later.email, 'Reader', { from: inDays(9), until: null });
    const resting = await somebody(site, [other, 'Reader']);
    await users.deactivate(operator, resting.email);
    for (const role of [one, other])
      await expect(roles.delete(keyholder.actor, role)).rejects.toBeInstanceOf(HolderBeyondAuthority);
  });

  it('lets people delete what they hold themselves, whoever holds no more', async () => {
    const role = await crew();
    const { actor } = await somebody(site, ['Keyholder', role]);
    await expect(roles.delete(actor, role)).resolves.toBeUndefined();
  });

  it('lets a role be renamed, described and given more, whoever holds it', async () => {
    const role = await crew();
    const { actor } = await somebody(site, ['Keyholder']);
    await somebody(site, ['Admin', role]);
    await expect(roles.addPermissions(actor, role, ['roles-write'])).resolves.toEqual(['roles-write']);
  });

  it('is told in the preview and on the page of the role, which offers no deletion', async () => {
    const role = await crew();
    await somebody(site, ['Admin', role]);
    const area = { name: 'Area', description: '', permissions: ['admin-read', 'admin-write'] };
    await roles.create(operator, area);
    const { person, id } = await holder(site, ['Keyholder', 'Area']);
    const actor: Actor = { kind: 'user', id, ip: '127.0.0.1', requestId: 'r' };
    await expect(site.app.get(Changes).preview(actor, { change: 'delete', role })).rejects.toBeInstanceOf(
      HolderBeyondAuthority,
    );
    const shown = await person.get(`/admin/roles/change?${new URLSearchParams({ change: 'delete', role }).toString()}`);
    expect([shown.status, shown.body.includes('Somebody who holds this role holds something')]).toEqual([403, true]);
    const page = (await person.get(`/admin/roles/${(await roles.byName(role)).id}`)).body;
    expect(page).toContain('somebody with this role holds more than you do');
    expect(page).not.toContain('value="delete"');
    expect(page).toContain('>Edit<');
    await expect(roles.delete(actor, 'Reader')).rejects.toBeInstanceOf(BeyondAuthority);
  });
});
