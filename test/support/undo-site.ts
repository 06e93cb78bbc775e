import { UserGrants } from '../../src/accounts/user-grants.service';
import { UsersService } from '../../src/accounts/users.service';
import { AuditLog } from '../../src/audit/audit-log.service';
import { versionOf } from '../../src/roles/role-version';
import { RolesService } from '../../src/roles/roles.service';
import { UserHoldings } from '../../src/roles/user-holdings.service';
import type { Person } from './person';
import { Site } from './site';

// A site on which an administrator changes something, and takes it back: it runs while the tests of the spec do that imports it.
export let site: Site;
export let admin: Person;
export let users: UsersService;
export let grants: UserGrants;
export let roles: RolesService;
export let held: UserHoldings;

beforeAll(async () => {
  site = await Site.start();
  admin = await site.admin();
  const { app } = site;
  [users, grants] = [app.get(UsersService), app.get(UserGrants)];
  [roles, held] = [app.get(RolesService), app.get(UserHoldings)];
});
afterAll(() => site.stop());

/** What somebody holds who keeps the users. */
export const keeping = ['admin-read', 'admin-write', 'users-read', 'users-write'];

export const inDays = (days: number) => new Date(Date.now() + days * 24 * 60 * 60_000);

export const newest = async () => (await site.app.get(AuditLog).page({}, 1))[0]!;

/** What an administrator would send to edit the role. */
export async function edit(name: string, to: Record<string, string>): Promise<Record<string, string>> {
  const role = await roles.byName(name);
  const was = { name, description: role.description, permissions: role.permissions.join() };
  return { change: 'edit', role: name, ...was, ...to, base: versionOf(role) };
}
