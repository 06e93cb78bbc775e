import * as fc from 'fast-check';
import { AccessMap } from '../src/access/access-map';
import { permissionNames } from '../src/access/catalogue';
import { decide } from '../src/access/decide';
import { operator, type Actor } from '../src/audit/actor';
import { LastAdministrator } from '../src/roles/last-administrator';
import { BeyondAuthority } from '../src/roles/authority';
import { RoleChanged } from '../src/roles/role-errors';
import { versionOf } from '../src/roles/role-version';
import { RolesService } from '../src/roles/roles.service';
import type { RoleChange, UserChange } from '../src/users/change';
import { Changes, PreviewIsStale } from '../src/users/changes.service';
import { Principals } from '../src/users/principals.service';
import { UsersService } from '../src/users/users.service';
import { dump } from './support/dump';
import { Site, superuser } from './support/site';

const DAY = 24 * 60 * 60_000;
const inDays = (days: number | null) => (days === null ? null : new Date(Date.now() + days * DAY));

let site: Site;
let users: UsersService;
let roles: RolesService;
let changes: Changes;
let made = 0;

beforeAll(async () => {
  site = await Site.start();
  users = site.app.get(UsersService);
  roles = site.app.get(RolesService);
  changes = site.app.get(Changes);
});
afterAll(() => site.stop());

async function somebody(...held: string[]): Promise<{ id: number; email: string; actor: Actor }> {
  const email = `somebody${++made}@example.org`;
  const { id } = await users.create(operator, { email, name: '', passwordHash: 'x', active: true, roles: held });
  return { id, email, actor: { kind: 'user', id, ip: '127.0.0.1', requestId: 'r' } };
}

async function role(...permissions: string[]): Promise<string> {
  const name = `Role ${++made}`;
  await roles.create(operator, { name, description: '', permissions });
  return name;
}

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

describe('a preview', () => {
  it('tells who gains what, which pages open, and changes nothing', async () => {
    const crew = await role('admin-read', 'admin-write');
    const [ada, ben] = [await somebody('User'), await somebody('User')];
    const before = await dump(site);
    const effect = await changes.preview(operator, grant(crew, [ada.id, ben.id]));
    expect(await dump(site)).toEqual(before);
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
    expect(effect.first[0]?.difference.closes).toEqual([]);
  });

  it('tells when what is given begins and ends, and nothing of what is held otherwise', async () => {
    const [crew, other] = [await role('audit-read', 'users-read'), await role('users-read')];
    const { id } = await somebody('User', other);
    const until = inDays(9);
    const { first } = await changes.preview(operator, grant(crew, [id], until));
    expect(first[0]?.difference.gains).toEqual([{ name: 'audit-read', spans: [{ from: null, until }] }]);
    const from = inDays(2);
    const later = await changes.preview(operator, {
      change: 'grant',
      users: [id],
      role: crew,
      from,
      until,
      reason: null,
    });
    expect(later.first[0]?.difference.gains).toEqual([{ name: 'audit-read', spans: [{ from, until }] }]);
  });

  it('tells for each of several what would be refused, as it would be one after the other', async () => {
    const admins = [await somebody('Admin'), await somebody('Admin')];
    await users.revoke(operator, superuser.email, 'Admin');
    const change: UserChange = { change: 'deactivate', users: admins.map(({ id }) => id), reason: null };
    const shown = await changes.preview(operator, change);
    expect(shown.outcomes.map(({ result }) => result)).toEqual(['changed', 'refused']);
    expect(shown.outcomes[1]?.sentence).toBe(new LastAdministrator().message);
    await changes.confirm(operator, change, shown.digest);
    expect((await users.byEmail(admins[0]!.email)).active).toBe(false);
    expect((await users.byEmail(admins[1]!.email)).active).toBe(true);
    await users.grant(operator, superuser.email, 'Admin');
  });

  it('refuses what the change would be refused for', async () => {
    const crew = await role('roles-read', 'roles-write');
    const { actor } = await somebody('User', crew);
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
    const crew = await role('audit-read');
    const { id, email } = await somebody('User');
    const { digest } = await changes.preview(operator, grant(crew, [id]));
    await changes.confirm(operator, grant(crew, [id]), digest);
    expect(await users.rolesOf(id)).toEqual(['User', crew]);
    expect((await users.byEmail(email)).active).toBe(true);
  });

  it.each<[string, (crew: string, id: number, email: string) => Promise<unknown>]>([
    ['the role carries more', (crew) => roles.addPermissions(operator, crew, ['users-read'])],
    ['he holds it already', (crew, _id, email) => users.grant(operator, email, crew)],
    ['he was deactivated', (_crew, _id, email) => users.deactivate(operator, email)],
    ['he is gone', (_crew, _id, email) => users.delete(operator, email)],
    [
      'he holds another role that carries it',
      async (_crew, _id, email) => users.grant(operator, email, await role('audit-read')),
    ],
  ])('is refused, with the new effect, when meanwhile %s', async (_, meanwhile) => {
    const crew = await role('audit-read');
    const { id, email } = await somebody('User');
    const { digest } = await changes.preview(operator, grant(crew, [id]));
    await meanwhile(crew, id, email);
    const before = await dump(site);
    const error: unknown = await changes.confirm(operator, grant(crew, [id]), digest).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(PreviewIsStale);
    expect(await dump(site)).toEqual(before);
    const again = (error as PreviewIsStale).effect.digest;
    expect(again).toBe((await changes.preview(operator, grant(crew, [id]))).digest);
    expect(again).not.toBe(digest);
  });

  it('is refused when it is another one than was shown, also where neither has an effect', async () => {
    const [one, other] = [await role(), await role()];
    const { id } = await somebody('User');
    const { digest } = await changes.preview(operator, grant(one, [id]));
    await expect(changes.confirm(operator, grant(other, [id]), digest)).rejects.toBeInstanceOf(PreviewIsStale);
  });

  it('of a role that somebody has saved since is refused, and tells what it is now', async () => {
    const crew = await role('audit-read');
    const mine = await edit(crew, { permissions: ['users-read'] });
    await changes.confirm(operator, ...(await shown(await edit(crew, { description: 'Theirs' }))));
    const error: unknown = await changes.preview(operator, mine).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(RoleChanged);
    expect((error as RoleChanged).role).toMatchObject({ description: 'Theirs', permissions: ['audit-read'] });
  });

  const shown = async (change: UserChange | RoleChange) =>
    [change, (await changes.preview(operator, change)).digest] as const;

  it('of a role renames it, and everybody goes on holding it', async () => {
    const crew = await role('audit-read');
    const { id } = await somebody('User', crew);
    await changes.confirm(operator, ...(await shown(await edit(crew, { name: `${crew} renamed` }))));
    expect(await users.rolesOf(id)).toEqual(['User', `${crew} renamed`]);
  });
});

describe('for random changes of random people', () => {
  const roleNames: string[] = [];
  const people: { id: number; email: string }[] = [];
  beforeAll(async () => {
    for (let i = 0; i < 5; i++) roleNames.push(await role());
    for (let i = 0; i < 6; i++) people.push(await somebody());
  });

  const days = fc.constantFrom(null, null, 2, 5, 9);
  const someone = fc.subarray([0, 1, 2, 3, 4, 5], { minLength: 1 });
  const aRole = fc.constantFrom(0, 1, 2, 3, 4);
  const some = fc.subarray(permissionNames, { maxLength: 4 });
  const step = fc.oneof(
    fc.record({ kind: fc.constant('grant' as const), someone, aRole, from: days, until: days }),
    fc.record({ kind: fc.constant('revoke' as const), someone, aRole }),
    fc.record({ kind: fc.constantFrom('activate', 'deactivate'), someone }),
    fc.record({ kind: fc.constant('edit' as const), aRole, some }),
  );

  /** The change that a step stands for, as things are now. */
  async function changeOf(step: Step): Promise<UserChange | RoleChange> {
    if (step.kind === 'edit') return edit(roleNames[step.aRole]!, { permissions: step.some });
    const concerned = { users: step.someone.map((i) => people[i]!.id), reason: null };
    if (step.kind === 'grant')
      return {
        change: 'grant',
        ...concerned,
        role: roleNames[step.aRole]!,
        from: inDays(step.from),
        until: inDays(step.until),
      };
    if (step.kind === 'revoke') return { change: 'revoke', ...concerned, role: roleNames[step.aRole]! };
    return { change: step.kind, ...concerned };
  }
  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

  /** What everybody may at these moments: "4 audit-read", "4 GET /admin". As the guard decides: nobody's own arithmetic. */
  async function mayAt(moments: readonly Date[]): Promise<Set<string>[]> {
    const may = moments.map(() => new Set<string>());
    for (const { id, email } of people) {
      if (!(await users.byEmail(email)).active) continue;
      const principal = await site.app.get(Principals).load(id);
      moments.forEach((moment, i) => {
        for (const name of permissionNames)
          if (principal?.grantOfPermission(name, moment)) may[i]?.add(`${id} ${name}`);
        for (const { method, path, rule } of site.app.get(AccessMap).routes)
          if (rule.kind === 'all-of' && decide(rule, principal, moment).allowed) may[i]?.add(`${id} ${method} ${path}`);
      });
    }
    return may;
  }

  it('the preview is the difference that is measured after confirming', async () => {
    await fc.assert(
      fc.asyncProperty(step, async (step) => {
        const moments = [0, 1, 3, 7, 20].map((days) => inDays(days + 0.5)!);
        const now = new Date();
        const change = await changeOf(step);
        const before = await mayAt([now, ...moments]);
        const shown = await changes.preview(operator, change);
        await changes.confirm(operator, change, shown.digest);
        const after = await mayAt([new Date(), ...moments]);
        const told = [now, ...moments].map((moment) => toldAt(moment, shown.first));
        expect(told).toEqual(before.map((set, i) => differenceOf(set, after[i]!)));
      }),
      { numRuns: 500 },
    );
  }, 300_000);

  function differenceOf(before: Set<string>, after: Set<string>) {
    return {
      more: [...after].filter((name) => !before.has(name)).sort(),
      less: [...before].filter((name) => !after.has(name)).sort(),
    };
  }

  function toldAt(moment: Date, first: Awaited<ReturnType<Changes['preview']>>['first']) {
    const at = (kinds: ('gains' | 'loses' | 'opens' | 'closes')[]) =>
      first
        .flatMap(({ user, difference }) =>
          kinds.flatMap((kind) =>
            difference[kind]
              .filter(({ spans }) =>
                spans.some(
                  ({ from, until }) => (from === null || from <= moment) && (until === null || moment < until),
                ),
              )
              .map(({ name }) => `${user} ${name}`),
          ),
        )
        .sort();
    return { more: at(['gains', 'opens']), less: at(['loses', 'closes']) };
  }
});
