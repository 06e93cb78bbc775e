import { UserGrants } from '../src/accounts/user-grants.service';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { Database } from '../src/database/database';
import type { RoleChange, UserChange } from '../src/preview/change';
import { Changes, PreviewIsStale } from '../src/preview/changes.service';
import { BeyondAuthority } from '../src/roles/authority';
import { LastAdministrator } from '../src/roles/last-administrator';
import { InvalidRoleName, RoleExists, RoleChanged } from '../src/roles/role-errors';
import { roleTimelinesOfHolders, type RoleTimeline } from '../src/roles/role-timeline';
import { versionOf } from '../src/roles/role-version';
import { RolesService } from '../src/roles/roles.service';
import { UserHoldings } from '../src/roles/user-holdings.service';
import { dump, expectUnchanged } from './support/dump';
import { expectTruePreviews } from './support/random-previews';
import { roleOf } from './support/role-of';
import { Site, superuser } from './support/site';
import { somebody } from './support/somebody';

const DAY = 24 * 60 * 60_000;
const inDays = (days: number | null) => (days === null ? null : new Date(Date.now() + days * DAY));

let site: Site;
let users: UsersService;
let grants: UserGrants;
let holdings: UserHoldings;
let roles: RolesService;
let changes: Changes;

beforeAll(async () => {
  site = await Site.start();
  users = site.app.get(UsersService);
  grants = site.app.get(UserGrants);
  holdings = site.app.get(UserHoldings);
  roles = site.app.get(RolesService);
  changes = site.app.get(Changes);
});
afterAll(() => site.stop());

const grant = (role: string, users: number[], until: Date | null = null): UserChange => ({
  change: 'grant',
  users,
  role,
  until,
  reason: null,
});
const edit = async (name: string, to: Partial<{ name: string; description: string; permissions: string[] }>) => {
  const now = await roles.byName(name);
  return { change: 'edit', role: name, to: { ...now, ...to, base: versionOf(now) } } satisfies RoleChange;
};

describe('the holders of a role', () => {
  it('come in pages, each person once and in order, without who can’t sign in', async () => {
    const [crew, other] = [await roleOf(site), await roleOf(site)];
    const { id } = await roles.byName(crew);
    const people = [
      await somebody(site, [crew]),
      await somebody(site, ['User', crew, other]),
      await somebody(site, [other, crew]),
    ];
    people.push(await somebody(site, [crew]), await somebody(site, [crew]));
    const gone = await somebody(site, [crew]);
    await users.deactivate(operator, gone.email);
    await somebody(site, ['User']);
    const until = inDays(3);
    await grants.give(operator, people[3]!.email, other, { until });
    for (const size of [1, 2, 5, 100]) {
      const held: RoleTimeline[] = [];
      for await (const page of roleTimelinesOfHolders(site.app.get(Database).read, id, new Date(), size))
        held.push(...page);
      expect(held.map(({ user }) => user)).toEqual(people.map((person) => person.id));
      expect(held.map(({ stages }) => stages.map((stage) => stage.roles.length))).toEqual([[1], [3], [2], [2, 1], [1]]);
      expect(held[3]!.stages[1]!.from).toBe(until!.getTime());
    }
  });
});

describe('a preview', () => {
  it('tells who gains what, which pages open, and changes nothing', async () => {
    const crew = await roleOf(site, ['admin-read', 'admin-write']);
    const [ada, ben] = [await somebody(site, ['User']), await somebody(site, ['User'])];
    const before = await dump(site);
    const effect = await changes.preview(operator, grant(crew, [ada.id, ben.id]));
    await expectUnchanged(site, before);
    expect(effect.outcomes.map(({ user, result }) => [user, result])).toEqual([
      [ada.id, 'changed'],
      [ben.id, 'changed'],
    ]);
    expect(effect.people).toBe(2);
    expect(effect.permissions).toEqual([
      { name: 'admin-read', more: 2, less: 0 },
      { name: 'admin-write', more: 2, less: 0 },
    ]);
    expect(effect.routes).toContainEqual({ name: 'GET /admin', more: 2, less: 0 });
    expect(effect.first[0]?.diff.closes).toEqual([]);
  });

  it('tells when what is given begins and ends, and nothing of what is held otherwise', async () => {
    const [crew, other] = [await roleOf(site, ['audit-read', 'users-read']), await roleOf(site, ['users-read'])];
    const { id } = await somebody(site, ['User', other]);
    const until = inDays(9);
    const { first } = await changes.preview(operator, grant(crew, [id], until));
    expect(first[0]?.diff.gains).toEqual([{ name: 'audit-read', spans: [{ from: null, until }] }]);
    const from = inDays(2);
    const later = await changes.preview(operator, {
      change: 'grant',
      users: [id],
      role: crew,
      from,
      until,
      reason: null,
    });
    expect(later.first[0]?.diff.gains).toEqual([{ name: 'audit-read', spans: [{ from, until }] }]);
  });

  it('tells for each of several what would be refused, as it would be one after the other', async () => {
    const admins = [await somebody(site, ['Admin']), await somebody(site, ['Admin'])];
    await grants.revoke(operator, superuser.email, 'Admin');
    const change: UserChange = { change: 'deactivate', users: admins.map(({ id }) => id), reason: null };
    const shown = await changes.preview(operator, change);
    expect(shown.outcomes.map(({ result }) => result)).toEqual(['changed', 'refused']);
    expect(shown.outcomes[1]?.sentence).toBe(new LastAdministrator().message);
    await changes.confirm(operator, change, shown.digest);
    expect((await users.byEmail(admins[0]!.email)).active).toBe(false);
    expect((await users.byEmail(admins[1]!.email)).active).toBe(true);
    await grants.give(operator, superuser.email, 'Admin');
  });

  it('refuses what the change would be refused for', async () => {
    const crew = await roleOf(site, ['roles-read', 'roles-write']);
    const { actor } = await somebody(site, ['User', crew]);
    const change = await edit('Admin', { permissions: ['admin-read'] });
    await expect(changes.preview(actor, change)).rejects.toBeInstanceOf(BeyondAuthority);
    await expect(changes.preview(operator, change)).rejects.toBeInstanceOf(LastAdministrator);
  });

  it('ends no session and writes no record', async () => {
    const person = await site.user();
    const { email } = await users.byEmail(`user1@example.org`);
    const { id } = await users.byEmail(email);
    await changes.preview(operator, { change: 'delete', users: [id], reason: null });
    expect((await person.get('/account')).status).toBe(200);
  });
});

describe('a confirmed change', () => {
  it('is made when its effect is still the one that was shown', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const { id, email } = await somebody(site, ['User']);
    const { digest } = await changes.preview(operator, grant(crew, [id]));
    await changes.confirm(operator, grant(crew, [id]), digest);
    expect(await holdings.rolesOf(id)).toEqual(['User', crew]);
    expect((await users.byEmail(email)).active).toBe(true);
  });

  it.each<[string, (crew: string, id: number, email: string) => Promise<unknown>]>([
    ['the role carries more', (crew) => roles.addPermissions(operator, crew, ['users-read'])],
    ['they hold it already', (crew, _id, email) => grants.give(operator, email, crew)],
    ['they were deactivated', (_crew, _id, email) => users.deactivate(operator, email)],
    ['they are gone', (_crew, _id, email) => users.delete(operator, email)],
    [
      'they hold another role that carries it',
      async (_crew, _id, email) => grants.give(operator, email, await roleOf(site, ['audit-read'])),
    ],
  ])('is refused, with the new effect, when meanwhile %s', async (_, meanwhile) => {
    const crew = await roleOf(site, ['audit-read']);
    const { id, email } = await somebody(site, ['User']);
    const { digest } = await changes.preview(operator, grant(crew, [id]));
    await meanwhile(crew, id, email);
    const before = await dump(site);
    const error: unknown = await changes.confirm(operator, grant(crew, [id]), digest).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(PreviewIsStale);
    await expectUnchanged(site, before);
    const again = (error as PreviewIsStale).effect.digest;
    expect(again).toBe((await changes.preview(operator, grant(crew, [id]))).digest);
    expect(again).not.toBe(digest);
  });

  it('is refused when it is another one than was shown, also where neither has an effect', async () => {
    const [one, other] = [await roleOf(site), await roleOf(site)];
    const [{ id }, { id: otherId }] = [await somebody(site, ['User']), await somebody(site, ['User'])];
    const until = inDays(9);
    const { digest } = await changes.preview(operator, grant(one, [id], until));
    const others: UserChange[] = [
      grant(other, [id], until),
      grant(one, [otherId], until),
      grant(one, [id, otherId], until),
      grant(one, [id], inDays(10)),
      grant(one, [id]),
      { change: 'revoke', users: [id], role: one, reason: null },
    ];
    for (const change of others)
      await expect(changes.confirm(operator, change, digest)).rejects.toBeInstanceOf(PreviewIsStale);
    expect(await Promise.all([id, otherId].map((user) => holdings.rolesOf(user)))).toEqual([['User'], ['User']]);
    await changes.confirm(operator, grant(one, [id], until), digest);
  });

  it('gives a role for a shorter time than was shown, and for no longer one', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const { id, email } = await somebody(site, ['User']);
    const day = (days: number) => inDays(days)!;
    const confirm = (until: Date | null, shown: Date | null, said: Date | null = shown) =>
      digestOf(crew, [id], shown).then((digest) => changes.confirm(operator, grant(crew, [id], until), digest, said));
    for (const [until, shown, said] of [
      [null, day(9), day(9)],
      [day(10), day(9), day(9)],
      // It was not shown as is said.
      [day(10), day(9), null],
      [day(8), day(9), null],
      [day(8), null, day(9)],
    ] as const)
      await expect(confirm(until, shown, said)).rejects.toBeInstanceOf(PreviewIsStale);
    expect(await holdings.rolesOf(id)).toEqual(['User']);
    for (const [until, shown] of [
      [day(8), null],
      [day(7), day(9)],
    ] as const) {
      await confirm(until, shown);
      expect(await holdings.heldGrant(id, crew)).toMatchObject({ until });
      await grants.revoke(operator, email, crew);
    }
  });

  it.each<[string, (crew: string, email: string, other: string) => Promise<unknown>]>([
    ['hold it already', (crew, email) => grants.give(operator, email, crew, { until: inDays(90) })],
    [
      'gain nothing by it before then',
      (_crew, email, other) => grants.give(operator, email, other, { until: inDays(9) }),
    ],
    ['would be the last administrator no more', (_crew, email) => grants.give(operator, email, 'Admin')],
  ])('is shown anew with an end where people %s', async (_, prepare) => {
    const [crew, other] = [await roleOf(site, ['audit-read']), await roleOf(site, ['audit-read'])];
    const { id, email } = await somebody(site, ['User']);
    const { id: second } = await somebody(site, ['User']);
    await prepare(crew, email, other);
    const isAdmin = (await holdings.rolesOf(id)).includes('Admin');
    if (isAdmin) await grants.revoke(operator, superuser.email, 'Admin');
    const role = isAdmin ? 'Admin' : crew;
    const digest = await digestOf(role, [id, second], undefined);
    const change = grant(role, [id, second], inDays(7));
    const before = await dump(site);
    await expect(changes.confirm(operator, change, digest, null)).rejects.toBeInstanceOf(PreviewIsStale);
    expect(await dump(site)).toEqual(before);
    if (isAdmin) await grants.give(operator, superuser.email, 'Admin');
    if (isAdmin) await grants.revoke(operator, email, 'Admin');
  });

  it.each<[string, (crew: string, email: string) => Promise<unknown>]>([
    ['the role carries more', (crew) => roles.addPermissions(operator, crew, ['users-read'])],
    ['they were deactivated', (_crew, email) => users.deactivate(operator, email)],
    ['they hold it', (crew, email) => grants.give(operator, email, crew)],
    ['they hold the same', async (_, email) => grants.give(operator, email, await roleOf(site, ['audit-read']))],
  ])('with an end that was typed is refused when meanwhile %s', async (_, meanwhile) => {
    const crew = await roleOf(site, ['audit-read']);
    const { id, email } = await somebody(site, ['User']);
    const digest = await digestOf(crew, [id], null);
    await meanwhile(crew, email);
    const before = await dump(site);
    const confirmed = changes.confirm(operator, grant(crew, [id], inDays(7)), digest, null);
    await expect(confirmed).rejects.toBeInstanceOf(PreviewIsStale);
    expect(await dump(site)).toEqual(before);
  });

  const digestOf = async (role: string, people: number[], until: Date | null | undefined) =>
    (await changes.preview(operator, { ...grant(role, people), until } as UserChange)).digest;

  it.each<[string, (crew: string, email: string) => Promise<unknown>]>([
    ['given them the role for longer', (crew, email) => grants.give(operator, email, crew, { until: inDays(90) })],
    ['made the role carry more', (crew) => roles.addPermissions(operator, crew, ['users-write'])],
    ['let them in', (_crew, email) => users.activate(operator, email)],
  ])(
    'is refused when somebody has meanwhile %s, though they can’t sign in and nothing has an effect',
    async (_, did) => {
      const crew = await roleOf(site, ['audit-read']);
      const { id, email } = await somebody(site, ['User']);
      await users.deactivate(operator, email);
      const mine = await shown(grant(crew, [id], inDays(7)));
      await did(crew, email);
      const before = await dump(site);
      await expect(changes.confirm(operator, ...mine)).rejects.toBeInstanceOf(PreviewIsStale);
      await expectUnchanged(site, before);
    },
  );

  it.each<[string, (crew: string, email: string) => Promise<unknown>]>([
    ['saved it', (crew) => roles.addPermissions(operator, crew, ['users-read'])],
    ['given it to somebody who can’t sign in', (crew, email) => grants.give(operator, email, crew)],
  ])('deletes no role when somebody has meanwhile %s', async (_, did) => {
    const crew = await roleOf(site, ['audit-read']);
    const { email } = await somebody(site, ['User']);
    await users.deactivate(operator, email);
    const mine = await shown({ change: 'delete', role: crew });
    await did(crew, email);
    await expect(changes.confirm(operator, ...mine)).rejects.toBeInstanceOf(PreviewIsStale);
    expect((await roles.byName(crew)).name).toBe(crew);
  });

  it('of a role that somebody has saved since is refused, and tells what it is now', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const mine = await edit(crew, { permissions: ['users-read'] });
    await changes.confirm(operator, ...(await shown(await edit(crew, { description: 'Theirs' }))));
    const error: unknown = await changes.preview(operator, mine).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(RoleChanged);
    expect((error as RoleChanged).role).toMatchObject({ description: 'Theirs', permissions: ['audit-read'] });
  });

  const shown = async (change: UserChange | RoleChange) =>
    [change, (await changes.preview(operator, change)).digest] as const;

  it.each([
    ['Ad\u200bmin', InvalidRoleName],
    ['\u202eAdmin', InvalidRoleName],
    ['Admin\u2028', RoleExists],
    ['Ad\u00admin', InvalidRoleName],
  ])('gives no role a name that looks like another: %j', async (name, refusal) => {
    const mine = await edit(await roleOf(site, ['audit-read']), { name });
    await expect(changes.preview(operator, mine)).rejects.toBeInstanceOf(refusal);
    await expect(roles.create(operator, { name, description: '', permissions: [] })).rejects.toBeInstanceOf(refusal);
  });

  it('of a role renames it, and everybody goes on holding it', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const { id } = await somebody(site, ['User', crew]);
    await changes.confirm(operator, ...(await shown(await edit(crew, { name: `${crew} renamed` }))));
    expect(await holdings.rolesOf(id)).toEqual(['User', `${crew} renamed`]);
  });
});

describe('for random changes of random people', () => {
  it('a preview shows the same diff that is measured after confirming', () => expectTruePreviews(site, 60));
});
