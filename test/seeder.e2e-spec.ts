import { builtInRoleNames, permissionNames, plainRoles, rolesThatBeginWith } from '../src/access/catalogue';
import { UserGrants } from '../src/accounts/user-grants.service';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { AuditEvent } from '../src/audit/audit-event.entity';
import { AccessState } from '../src/database/access-state.entity';
import { Database } from '../src/database/database';
import { AllUsers } from '../src/directory/all-users.service';
import { Permission } from '../src/roles/permission.entity';
import { RolesService } from '../src/roles/roles.service';
import { UserHoldings } from '../src/roles/user-holdings.service';
import { Seeder } from '../src/seed/seeder';
import { dump } from './support/dump';
import { cli } from './support/processes';
import { Site, superuser, testEnvironment } from './support/site';

describe('the seeder', () => {
  // Composed when it is configured, decomposed when it is typed: keyboards differ.
  const configured = 'Ångström’s pässwörd'.normalize('NFC');
  const typed = configured.normalize('NFD');
  const changed = 'a password of their own';
  const notice = 'You still use the password from the configuration.';
  let site: Site;
  let database: Database;
  let roles: RolesService;
  let users: UsersService;
  let holdings: UserHoldings;
  let allUsers: AllUsers;
  let grants: UserGrants;

  beforeAll(async () => {
    site = await Site.start({ SUPERUSER_PASSWORD: configured });
    database = site.app.get(Database);
    roles = site.app.get(RolesService);
    users = site.app.get(UsersService);
    holdings = site.app.get(UserHoldings);
    allUsers = site.app.get(AllUsers);
    grants = site.app.get(UserGrants);
  });
  afterAll(() => site.stop());

  const seed = () => site.app.get(Seeder).seed();

  /** What a later start does, perhaps with other settings, in a process of its own. */
  async function seedWith(settings: Record<string, string>, warning = /^$/): Promise<void> {
    const { code, stderr } = await cli({ ...testEnvironment(site.database.url), ...settings }, ['seed']);
    expect([code, stderr]).toEqual([0, expect.stringMatching(warning)]);
  }

  /** All but the turn, which every change takes, also one that finds nothing to do. */
  const state = async () => {
    const { access_state, ...tables } = await dump(site);
    return { ...tables, access_state: (access_state as object[]).map((row) => ({ ...row, turn: '' })) };
  };

  async function signedIn(email: string, password: string) {
    const person = site.visitor();
    expect((await person.signIn(email, password)).status).toBe(303);
    return person;
  }

  const carriedBy = async (name: string) => (await roles.byName(name)).permissions;
  const rolesOf = async (email: string) => holdings.rolesOf((await users.byEmail(email)).id);

  it('makes the built-in roles with what the catalogue gives them, and the superuser who holds both', async () => {
    expect((await roles.all()).map(({ name, builtIn, holders }) => [name, builtIn, holders])).toEqual([
      ...builtInRoleNames().map((name) => [name, true, 1]),
      ...[...plainRoles().keys()].map((name) => [name, false, 0]),
    ]);
    for (const role of builtInRoleNames()) {
      const given = permissionNames().filter((name) => rolesThatBeginWith(name).includes(role));
      expect(await carriedBy(role)).toEqual(given.sort());
    }
    expect(await allUsers.figures()).toMatchObject({ people: 1, activePeople: 1 });
    expect(await rolesOf(superuser.email)).toEqual(['User', 'Admin']);
    const events = await database.read.find(AuditEvent, { order: { sequence: 'ASC' } });
    expect(events.map(({ actor, action }) => `${actor}: ${action}`)).toEqual([
      ...[...builtInRoleNames(), ...plainRoles().keys()].map(() => 'seeder: role.create'),
      ...permissionNames().map(() => 'seeder: permission.add'),
      'seeder: user.create',
    ]);
  });

  it('changes nothing when it is repeated, whatever the settings say of the superuser by then', async () => {
    const before = await state();
    await seed();
    await Promise.all([seed(), seed(), seed()]);
    await seedWith({ SUPERUSER_PASSWORD: 'another configured password', SUPERUSER_ID: 'second@example.org' });
    expect(await state()).toEqual(before);
    await signedIn(superuser.email, typed);
  });

  it('has the superuser told on every page to change the configured password, until they have', async () => {
    const admin = await signedIn(superuser.email, typed);
    const pages = ['/', '/account', '/account/password', '/admin', '/nowhere'];
    for (const path of pages) expect((await admin.get(path)).body).toContain(notice);
    const user = await site.user();
    for (const path of pages) expect((await user.get(path)).body).not.toContain(notice);
    expect((await site.visitor().get('/')).body).not.toContain(notice);

    const fields = { current_password: typed, password: changed, password_confirm: changed };
    expect((await admin.post('/account/password', fields)).status).toBe(303);
    for (const path of pages) expect((await admin.get(path)).body).not.toContain(notice);
    await seed();
    expect((await (await signedIn(superuser.email, changed)).get('/')).body).not.toContain(notice);
  });

  it('leaves what an administrator changed', async () => {
    await roles.removePermissions(operator, 'User', ['user-write']);
    await roles.addPermissions(operator, 'User', ['audit-read']);
    await roles.create(operator, { name: 'Crew', description: '', permissions: ['admin-read'] });
    await users.create(operator, {
      email: 'boss@example.org',
      name: '',
      passwordHash: 'of nobody',
      active: true,
      roles: ['Admin'],
    });
    await grants.revoke(operator, superuser.email, 'Admin');
    await users.deactivate(operator, superuser.email);
    const before = await state();
    await seed();
    await seedWith({});
    expect(await state()).toEqual(before);
    expect(await carriedBy('User')).toEqual(['audit-read', 'user-read']);
    expect(await rolesOf(superuser.email)).toEqual(['User']);
    await users.activate(operator, superuser.email);
    await grants.give(operator, superuser.email, 'Admin');
  });

  it('adds a permission that the database never knew to the roles the catalogue names, and nothing else', async () => {
    const admin = await signedIn(superuser.email, changed);
    await roles.removePermissions(operator, 'Admin', ['audit-read']);
    await roles.removePermissions(operator, 'User', ['audit-read']);
    // As an older program left it, whose catalogue had neither.
    for (const name of ['admin-write', 'user-write'] as const)
      await database.transaction((manager) => manager.delete(Permission, { name }));
    await seed();
    expect(await carriedBy('User')).toEqual(['user-read', 'user-write']);
    expect(await carriedBy('Admin')).toEqual(
      permissionNames()
        .filter((name) => name !== 'audit-read')
        .sort(),
    );
    expect(await carriedBy('Crew')).toEqual(['admin-read']);
    expect((await admin.get('/account/password')).status).toBe(200);
  });

  it('does not bring back a superuser who was deleted', async () => {
    await users.delete(operator, superuser.email);
    const before = await state();
    await seed();
    await seedWith({ SUPERUSER_ID: 'second@example.org' });
    expect(await state()).toEqual(before);
    expect((await site.visitor().signIn(superuser.email, typed)).status).toBe(401);
  });

  it('raises no account that somebody made under the superuser’s address', async () => {
    const person = await site.user('early@example.org');
    await database.transaction((manager) => manager.update(AccessState, AccessState.id, { superuserMadeAt: null }));
    const before = await state();
    await seedWith({ SUPERUSER_ID: 'Early@Example.org' }, /^No superuser was made\. .+ early@example\.org already\./);
    expect(await state()).toEqual(before);
    // In Cyrillic letters, it could not be told from the other.
    const lookAlike = 'ах@example.org';
    await site.user('ax@example.org');
    const withBoth = await state();
    await seedWith({ SUPERUSER_ID: lookAlike }, /^No superuser was made\. .+ looks like this one\./);
    expect(await state()).toEqual(withBoth);
    expect(await rolesOf('early@example.org')).toEqual(['User']);
    expect((await person.get('/admin')).status).toBe(403);
  });
});
