import { administration, permissionNames } from '../src/access/catalogue';
import { Principals } from '../src/accounts/principals.service';
import { UserGrants } from '../src/accounts/user-grants.service';
import { UsersService } from '../src/accounts/users.service';
import { Attention } from '../src/admin/dashboard/attention';
import { operator } from '../src/audit/actor';
import { Changes } from '../src/preview/changes.service';
import { LastAdministrator } from '../src/roles/last-administrator';
import { RolesService } from '../src/roles/roles.service';
import { dump, expectUnchanged } from './support/dump';
import { Site, superuser } from './support/site';
import { somebody } from './support/somebody';

const DAY = 24 * 60 * 60_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY);

let site: Site;
let users: UsersService;
let grants: UserGrants;
let roles: RolesService;

beforeEach(async () => {
  site = await Site.start();
  [users, grants, roles] = [site.app.get(UsersService), site.app.get(UserGrants), site.app.get(RolesService)];
  await roles.create(operator, { name: 'All', description: '', permissions: permissionNames() });
});
afterEach(() => site.stop());

async function refuses(change: () => Promise<unknown>): Promise<void> {
  const before = await dump(site);
  await expect(change()).rejects.toBeInstanceOf(LastAdministrator);
  await expectUnchanged(site, before);
}

describe('somebody who can sign in always holds Admin by name, without an end,', () => {
  it('also where others hold all that it carries', async () => {
    await somebody(site, ['All']);
    const { email } = superuser;
    await refuses(() => grants.revoke(operator, email, 'Admin'));
    await refuses(() => users.deactivate(operator, email));
    await refuses(() => users.delete(operator, email));
    await refuses(() => grants.give(operator, email, 'Admin', { until: inDays(9) }));
    await refuses(() => grants.changeEnd(operator, email, 'Admin', { until: inDays(9) }));
    const { outcomes } = await site.app
      .get(Changes)
      .preview(operator, { change: 'revoke', role: 'Admin', users: [1], reason: null });
    expect(outcomes.map(({ result }) => result)).toEqual(['refused']);
  });

  it('and counts neither who has it for a time, nor later, nor without a password, nor who is not active', async () => {
    const [timed, later, resting] = [
      await somebody(site, ['User']),
      await somebody(site, ['User']),
      await somebody(site, ['Admin']),
    ];
    await grants.give(operator, timed.email, 'Admin', { until: inDays(9) });
    await grants.give(operator, later.email, 'Admin', { from: inDays(9), until: null });
    await users.create(operator, {
      email: 'invited@example.org',
      name: '',
      passwordHash: '',
      active: true,
      roles: ['Admin'],
    });
    await users.deactivate(operator, resting.email);
    await refuses(() => grants.revoke(operator, superuser.email, 'Admin'));
    await users.activate(operator, resting.email);
    expect(await grants.revoke(operator, superuser.email, 'Admin')).toBe(true);
  });

  it('with all that administration needs: Admin itself can not be emptied', async () => {
    await refuses(() => roles.removePermissions(operator, 'Admin', [...administration]));
    await refuses(() => roles.removePermissions(operator, 'Admin', ['users-write']));
  });
});

describe('where an earlier version left nobody with Admin', () => {
  const left = async () => {
    const { email } = await somebody(site, ['All']);
    await site.database.change("DELETE FROM grants WHERE role_id = (SELECT id FROM roles WHERE name = 'Admin')");
    return email;
  };

  it('everything else can be changed, but the last who administers by other roles stays', async () => {
    const email = await left();
    const other = await somebody(site, ['User', 'All']);
    expect(await grants.revoke(operator, other.email, 'All')).toBe(true);
    expect(await users.deactivate(operator, other.email)).toBe(true);
    await refuses(() => grants.revoke(operator, email, 'All'));
    await refuses(() => roles.delete(operator, 'All'));
    await refuses(() => roles.removePermissions(operator, 'All', ['roles-write']));
  });

  it('the administration is told so, until the operator gives it', async () => {
    const email = await left();
    const { id } = await somebody(site, ['All']);
    const principal = await site.app.get(Principals).load(id);
    const told = 'Nobody who can sign in holds the role Admin without an end';
    const items = async () => (await site.app.get(Attention).for(principal)).map(({ sentence }) => sentence);
    expect((await items())[0]).toContain(told);
    expect(await grants.give(operator, email, 'Admin')).toBe(true);
    expect((await items()).join()).not.toContain(told);
    await refuses(() => grants.revoke(operator, email, 'Admin'));
  });

  it('where nobody administers at all, nothing is worse for a change', async () => {
    const email = await left();
    await site.database.change('DELETE FROM grants');
    expect(await users.deactivate(operator, email)).toBe(true);
    await users.delete(operator, email);
  });
});
