import * as fc from 'fast-check';
import { permissionNames } from '../src/access/catalogue';
import type { PermissionName } from '../src/access/names';
import { UserGrants } from '../src/accounts/user-grants.service';
import { UserRenames } from '../src/accounts/user-renames.service';
import { UsersService } from '../src/accounts/users.service';
import { operator, type Actor } from '../src/audit/actor';
import { PasswordChanges } from '../src/credentials/password-changes.service';
import { PasswordLinks } from '../src/credentials/password-links.service';
import { Database } from '../src/database/database';
import { AllUsers } from '../src/directory/all-users.service';
import { SecondFactors } from '../src/factors/second-factors.service';
import { BeyondAuthority, heldRolesOf, NotPermitted } from '../src/roles/authority';
import { LastAdministrator } from '../src/roles/last-administrator';
import { RolesService } from '../src/roles/roles.service';
import { Sessions } from '../src/sessions/sessions.service';
import { dump, expectUnchanged } from './support/dump';
import { giveFactor } from './support/second-factor';
import { Site, superuser } from './support/site';
import { somebody } from './support/somebody';

const DAY = 24 * 60 * 60_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY);

let site: Site;
let users: UsersService;
let passwordChanges: PasswordChanges;
let renames: UserRenames;
let allUsers: AllUsers;
let grants: UserGrants;
let roles: RolesService;
let made = 0;

beforeAll(async () => {
  site = await Site.start();
  [users, passwordChanges, renames, allUsers, grants, roles] = [
    site.app.get(UsersService),
    site.app.get(PasswordChanges),
    site.app.get(UserRenames),
    site.app.get(AllUsers),
    site.app.get(UserGrants),
    site.app.get(RolesService),
  ];
  await roles.create(operator, { name: 'Keeper', description: '', permissions: ['users-read', 'users-write'] });
  await roles.create(operator, { name: 'Keyholder', description: '', permissions: ['roles-read', 'roles-write'] });
  await roles.create(operator, { name: 'Reader', description: '', permissions: ['audit-read'] });
});
afterAll(() => site.stop());

async function refuses(change: () => Promise<unknown>, kind: new (...args: never[]) => Error): Promise<void> {
  const before = await dump(site);
  await expect(change()).rejects.toBeInstanceOf(kind);
  await expectUnchanged(site, before);
}

describe('a keeper of users', () => {
  it('gives what they hold, and not a permission they lack', async () => {
    const keeper = await somebody(site, ['User', 'Keeper']);
    const fan = await somebody(site, ['User']);
    await expect(grants.give(keeper.actor, fan.email, 'Keeper')).resolves.toBe(true);
    await refuses(() => grants.give(keeper.actor, fan.email, 'Reader'), BeyondAuthority);
    await refuses(() => grants.give(keeper.actor, keeper.email, 'Reader'), BeyondAuthority);
  });

  it('does not give Admin without holding it by name, whatever they hold besides', async () => {
    const all = `All ${++made}`;
    await roles.create(operator, { name: all, description: '', permissions: permissionNames() });
    const mighty = await somebody(site, [all]);
    const fan = await somebody(site, ['User']);
    await refuses(() => grants.give(mighty.actor, fan.email, 'Admin'), BeyondAuthority);
    await refuses(() => grants.give(mighty.actor, mighty.email, 'Admin'), BeyondAuthority);
    const admin = await somebody(site, ['Admin']);
    await expect(grants.give(admin.actor, fan.email, 'Admin')).resolves.toBe(true);
  });

  it('gives nothing for longer than they hold it themselves', async () => {
    const keeper = await somebody(site, ['User'], { Keeper: inDays(10) });
    const fan = await somebody(site);
    await expect(grants.give(keeper.actor, fan.email, 'Keeper', { until: inDays(9) })).resolves.toBe(true);
    await refuses(() => grants.give(keeper.actor, fan.email, 'Keeper', { until: inDays(11) }), BeyondAuthority);
    await refuses(() => grants.give(keeper.actor, fan.email, 'Keeper', { until: null }), BeyondAuthority);
    await refuses(() => grants.give(keeper.actor, keeper.email, 'Keeper', { until: null }), BeyondAuthority);
  });

  it('makes nobody who holds more than they do', async () => {
    const keeper = await somebody(site, ['User', 'Keeper']);
    const person = (role: string) => ({
      email: `made${++made}@example.org`,
      name: '',
      passwordHash: '',
      active: true,
      roles: [role],
    });
    await expect(users.create(keeper.actor, person('Keeper'))).resolves.toMatchObject({ active: true });
    await refuses(() => users.create(keeper.actor, person('Admin')), BeyondAuthority);
  });

  it('may do nothing once their own role is taken, ended or not yet begun, or they are deactivated', async () => {
    const fan = await somebody(site, ['User']);
    const robbed = await somebody(site, ['User', 'Keeper']);
    await grants.revoke(operator, robbed.email, 'Keeper');
    const early = await somebody(site, ['User']);
    await grants.give(operator, early.email, 'Keeper', { from: inDays(1) });
    const gone = await somebody(site, ['User', 'Keeper']);
    await users.deactivate(operator, gone.email);
    for (const { actor } of [robbed, early, gone])
      await refuses(() => users.deactivate(actor, fan.email), NotPermitted);
  });

  const idOf = async (email: string) => (await users.byEmail(email)).id;
  const attacks: [string, (actor: Actor, email: string) => Promise<unknown>][] = [
    ['deactivate', (actor, email) => users.deactivate(actor, email)],
    ['delete', (actor, email) => users.delete(actor, email)],
    ['set the password of', (actor, email) => passwordChanges.changePassword(actor, email, { to: 'y' })],
    ['sign out', async (actor, email) => site.app.get(Sessions).end(actor, await idOf(email))],
    ['make a link for', async (actor, email) => site.app.get(PasswordLinks).make(actor, await idOf(email))],
    [
      'reset the second factors of',
      async (actor, email) => site.app.get(SecondFactors).reset(actor, await idOf(email)),
    ],
    ['take a role from', (actor, email) => grants.revoke(actor, email, 'User')],
    ['change the name of', (actor, email) => renames.rename(actor, email, { name: 'Taken over' })],
    ['change the address of', (actor, email) => renames.rename(actor, email, { email: `over${++made}@example.org` })],
    ['give a role to', (actor, email) => grants.give(actor, email, 'Keeper')],
  ];

  it.each(attacks)('can not %s somebody who holds more, or holds it for longer', async (_, attack) => {
    const keeper = await somebody(site, [], { User: inDays(5), Keeper: inDays(5) });
    const held: Record<string, Date | null>[] = [
      { Admin: null },
      { Reader: null },
      { User: null },
      { Keeper: inDays(6) },
    ];
    for (const roles of held) {
      const above = await somebody(site, [], roles);
      await giveFactor(site, above.id);
      await refuses(() => attack(keeper.actor, above.email), BeyondAuthority);
    }
    const later = await somebody(site);
    await grants.give(operator, later.email, 'Reader', { from: inDays(30) });
    await giveFactor(site, later.id);
    await refuses(() => attack(keeper.actor, later.email), BeyondAuthority);
  });

  it.each(attacks.slice(0, -1))('can %s somebody who holds no more', async (_, attack) => {
    const keeper = await somebody(site, ['User', 'Keeper']);
    const below = await somebody(site, [], { User: inDays(5) });
    await giveFactor(site, below.id);
    await expect(attack(keeper.actor, below.email)).resolves.not.toThrow();
  });

  it('can not bring back somebody who holds more', async () => {
    const keeper = await somebody(site, ['User', 'Keeper']);
    const above = await somebody(site, ['Reader']);
    await users.deactivate(operator, above.email);
    await refuses(() => users.activate(keeper.actor, above.email), BeyondAuthority);
  });
});

describe('a keeper of roles', () => {
  it('makes, changes and deletes roles of what they hold, without an end', async () => {
    const { actor } = await somebody(site, ['Keyholder']);
    const name = `Door ${++made}`;
    await roles.create(actor, { name, description: '', permissions: ['roles-read'] });
    await expect(roles.addPermissions(actor, name, ['roles-write'])).resolves.toEqual(['roles-write']);
    await expect(roles.removePermissions(actor, name, ['roles-write'])).resolves.toEqual(['roles-write']);
    await roles.delete(actor, name);
  });

  it('touches no role that carries, or would carry, what they lack', async () => {
    const { actor } = await somebody(site, ['Keyholder']);
    await refuses(
      () => roles.create(actor, { name: 'Climber', description: '', permissions: ['users-write'] }),
      BeyondAuthority,
    );
    await refuses(() => roles.addPermissions(actor, 'Keyholder', ['users-write']), BeyondAuthority);
    await refuses(() => roles.removePermissions(actor, 'Keeper', ['users-write']), BeyondAuthority);
    await refuses(() => roles.delete(actor, 'Reader'), BeyondAuthority);
  });

  it('touches none while what they hold will end: a role is for ever', async () => {
    const { actor } = await somebody(site, [], { Keyholder: inDays(3) });
    await refuses(() => roles.addPermissions(actor, 'User', ['roles-read']), BeyondAuthority);
  });

  it('does not touch Admin without holding it by name', async () => {
    const all = `All ${++made}`;
    await roles.create(operator, { name: all, description: '', permissions: permissionNames() });
    const { actor } = await somebody(site, [all]);
    await refuses(() => roles.removePermissions(actor, 'Admin', ['audit-read']), BeyondAuthority);
  });

  it('may not touch users, nor a keeper of users roles', async () => {
    const [keyholder, keeper, fan] = [
      await somebody(site, ['User', 'Keyholder']),
      await somebody(site, ['User', 'Keeper']),
      await somebody(site, ['User']),
    ];
    await refuses(() => users.deactivate(keyholder.actor, fan.email), NotPermitted);
    await refuses(() => roles.create(keeper.actor, { name: 'X', description: '', permissions: [] }), NotPermitted);
  });
});

describe('whatever a person tries, in any order,', () => {
  /** Everything they could ever reach through what they hold, as permission or role by name -> the last moment. */
  async function reach(email: string): Promise<Map<string, number>> {
    const { id } = await users.byEmail(email);
    const reached = new Map<string, number>();
    const held = await heldRolesOf(site.app.get(Database).read, [id]);
    for (const { role, permissions, until } of held.get(id) ?? []) {
      const end = until?.getTime() ?? Infinity;
      for (const name of [...(role === 'Admin' ? ['role Admin'] : []), ...permissions])
        reached.set(name, Math.max(end, reached.get(name) ?? 0));
    }
    return reached;
  }

  it('nobody they act on, themselves included, comes to hold more than they did', async () => {
    const roleNames = ['User', 'Admin', 'Keeper', 'Keyholder', 'Reader'];
    const days = fc.constantFrom(null, 3, 9);
    const step = fc.record({
      kind: fc.constantFrom('grant', 'carry', 'make' as const),
      role: fc.constantFrom(...roleNames),
      onHimself: fc.boolean(),
      days,
      permission: fc.constantFrom<PermissionName>(...permissionNames()),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom(...roleNames.filter((role) => role !== 'Admin')), days, { maxKeys: 3 }),
        fc.array(step, { minLength: 1, maxLength: 6 }),
        async (held, steps) => {
          const until = (n: number | null) => (n === null ? null : inDays(n));
          const climber = await somebody(
            site,
            [],
            Object.fromEntries(Object.entries(held).map(([role, n]) => [role, until(n)])),
          );
          const ally = await somebody(site);
          const own = `Own ${++made}`;
          const before = await reach(climber.email);
          for (const { kind, role, onHimself, days: n, permission } of steps) {
            const email = onHimself ? climber.email : ally.email;
            const attempts = {
              grant: () => grants.give(climber.actor, email, role, { until: until(n) }),
              carry: () => roles.addPermissions(climber.actor, own, [permission]),
              make: async () => {
                await roles.create(climber.actor, { name: own, description: '', permissions: [permission] });
                await grants.give(climber.actor, email, own, { until: until(n) });
              },
            };
            await attempts[kind]().catch((error: Error) => expect(error).toHaveProperty('status'));
          }
          for (const { email } of [climber, ally])
            for (const [name, end] of await reach(email))
              expect([name, end <= (before.get(name) ?? 0)]).toEqual([name, true]);
        },
      ),
      { numRuns: 60 },
    );
  }, 120_000);
});

describe('the last administrator', () => {
  it('can not be given an end, not by the operator either', async () => {
    for await (const { user } of allUsers.everybody())
      if (user.email !== superuser.email) await users.deactivate(operator, user.email);
    await refuses(() => grants.give(operator, superuser.email, 'Admin', { until: inDays(9) }), LastAdministrator);
    const { email } = await somebody(site, ['Admin']);
    await expect(grants.give(operator, email, 'Admin', { until: inDays(9) })).resolves.toBe(true);
    await refuses(() => grants.revoke(operator, superuser.email, 'Admin'), LastAdministrator);
  });
});
