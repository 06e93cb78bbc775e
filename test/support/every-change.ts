import { AccessMap } from '../../src/access/access-map';
import { permissionNames } from '../../src/access/catalogue';
import { Database } from '../../src/database/database';
import { heldRolesOf } from '../../src/roles/authority';
import { ensureAdministratorRemains } from '../../src/roles/last-administrator';
import { versionOf } from '../../src/roles/role-version';
import { RolesService } from '../../src/roles/roles.service';
import { User } from '../../src/users/user.entity';
import { UsersService } from '../../src/users/users.service';
import { holder } from './holder';
import type { Page, Person } from './person';
import { anOpenRequest } from './requests';
import { roleOf } from './role-of';
import { filled } from './route-parameters';
import { Site, superuser } from './site';

type Holder = Awaited<ReturnType<typeof holder>>;
type Fields = Record<string, string>;

/** One try at a route: what stands in its path, what is sent, and what is looked at first where a preview is confirmed. */
interface Attempt {
  id?: number | string;
  fields?: Fields;
  isShownFirst?: boolean;
}

/** Who tries what on whom: the target holds `role` besides `User`, and it is what is given, changed and taken. */
interface Cell {
  actor: Holder;
  target: Holder & { email: string; session: string; request: number };
  role: string;
  /** The last event when they were made. */
  mark: number;
}

const area = ['admin-read', 'admin-write'] as const;
/** What each kind of actor holds besides `User`. */
const actors = {
  User: [],
  'a keeper of users': [...area, 'users-read', 'users-write'],
  'a keeper of roles': [...area, 'roles-read', 'roles-write'],
  'a keeper of both': [...area, 'users-read', 'users-write', 'roles-read', 'roles-write'],
  'somebody with every permission, but not Admin': permissionNames(),
  Admin: permissionNames(),
} as const;
export type ActorKind = keyof typeof actors;
export const actorKinds = Object.keys(actors) as ActorKind[];
/** What `User` carries. */
const ofEverybody: readonly string[] = ['user-read', 'user-write'];

const targets = ['less', 'equal', 'more', 'other', 'themselves'] as const;
type TargetKind = (typeof targets)[number];

const ofUsers =
  (change: string, more: (cell: Cell) => Fields = () => ({})) =>
  (cell: Cell) => ({
    isShownFirst: true,
    fields: { change, users: String(cell.target.id), ...more(cell) },
  });
const everything = permissionNames().join();

/** What is tried at each route that can change something. A route without its attempts fails the tests. */
const attempts: Record<string, ((cell: Cell) => Attempt | Promise<Attempt>)[]> = {
  'POST /access/request': [() => ({ fields: { route: 'GET /admin', reason: 'I want it' } })],
  'POST /access/request/:id/withdraw': [({ target }) => ({ id: target.request })],
  'POST /account/password': [() => ({ fields: { current_password: 'x', password: 'y', password_confirm: 'y' } })],
  'POST /account/sessions/end': [({ target }) => ({ fields: { session: target.session } }), () => ({})],
  'POST /admin/requests/:id': [
    ({ target, role }) => ({ id: target.request, fields: { decision: 'approve', role, until: '' } }),
    ({ target }) => ({ id: target.request, fields: { decision: 'approve', role: 'Admin', until: '2099-01-01' } }),
    ({ target }) => ({ id: target.request, fields: { decision: 'decline', answer: 'No.' } }),
  ],
  'POST /admin/roles/change': [
    ({ role }) => edited(role, { permissions: everything }),
    ({ role }) => edited(role, { permissions: '' }),
    () => edited('User', { permissions: everything }),
    () => edited('Admin', { permissions: 'user-read' }),
    ({ role }) => ({ isShownFirst: true, fields: { change: 'delete', role } }),
  ],
  'POST /admin/roles/new': [
    ({ target }) => ({ fields: { name: `Made ${target.id}`, description: '', permissions: 'users-write' } }),
    ({ target }) => ({ fields: { name: `Made too ${target.id}`, description: '', permissions: 'audit-read' } }),
  ],
  'POST /admin/users/:id/link': [({ target }) => ({ id: target.id })],
  'POST /admin/users/:id/sessions/end': [
    ({ target }) => ({ id: target.id, fields: { session: target.session } }),
    ({ target }) => ({ id: target.id }),
  ],
  'POST /admin/users/change': [
    ofUsers('grant', ({ role }) => ({ role })),
    ofUsers('grant', () => ({ role: 'Admin' })),
    ({ actor, role }) => ({ isShownFirst: true, fields: { change: 'grant', users: String(actor.id), role } }),
    ({ actor }) => ({ isShownFirst: true, fields: { change: 'grant', users: String(actor.id), role: 'Admin' } }),
    ofUsers('revoke', ({ role }) => ({ role })),
    ofUsers('revoke', () => ({ role: 'Admin' })),
    ofUsers('deactivate'),
    ofUsers('activate'),
    ofUsers('delete', ({ target }) => ({ email: target.email })),
  ],
  'POST /admin/users/new': [
    ({ target, role }) => ({ fields: { email: `made${target.id}@example.org`, name: '', roles: role, active: 'on' } }),
    ({ target }) => ({ fields: { email: `made-too${target.id}@example.org`, name: '', roles: 'Admin', active: 'on' } }),
  ],
  'POST /login': [({ target }) => ({ fields: { email: target.email, password: 'a guess' } })],
  'POST /logout': [() => ({})],
  'POST /register': [
    ({ target }) => ({ fields: { email: target.email, password: 'my password 1', password_confirm: 'my password 1' } }),
  ],
  'POST /welcome/:token': [
    () => ({ id: 'made-up', fields: { password: 'my password 1', password_confirm: 'my password 1' } }),
  ],
};

let site: Site;
let roles: RolesService;

async function edited(name: string, to: Fields): Promise<Attempt> {
  const role = await roles.find(name);
  if (!role) return { fields: { change: 'edit', role: name } };
  const was = { name, description: role.description, permissions: role.permissions.join() };
  return { isShownFirst: true, fields: { change: 'edit', role: name, base: versionOf(role), ...was, ...to } };
}

/** The role that the target holds, seen from the actor; null where there is none: nobody holds more than an Admin. */
async function roleFor(kind: ActorKind, target: TargetKind): Promise<string | null> {
  const held: readonly string[] = actors[kind];
  const beyond = permissionNames().find((name) => !held.includes(name) && !ofEverybody.includes(name));
  if (target === 'less') return roleOf(site, held.slice(0, 1));
  if (target === 'equal' || target === 'themselves') return kind === 'Admin' ? 'Admin' : roleOf(site, held);
  if (kind === 'Admin') return null;
  if (!beyond) return 'Admin';
  return roleOf(site, target === 'more' ? [...held, beyond] : [beyond]);
}

async function cellOf(kind: ActorKind, target: TargetKind): Promise<Cell | null> {
  const role = await roleFor(kind, target);
  if (role === null) return null;
  const own = target === 'themselves' ? role : kind === 'Admin' ? 'Admin' : await roleOf(site, actors[kind]);
  const actor = await holder(site, ['User', own]);
  const other = target === 'themselves' ? actor : await holder(site, ['User', role]);
  const [session] = await site.database.query<{ id: string }>(`SELECT id FROM sessions WHERE user_id = ${other.id}`);
  const { email } = await site.app.get(Database).read.findOneByOrFail(User, { id: other.id });
  const request = await anOpenRequest(site, other.id);
  if (kind === 'Admin' && target === 'themselves') await beLast(actor);
  const [mark] = await site.database.query<{ it: number }>('SELECT audit_sequence AS it FROM access_state');
  return { actor, role, target: { ...other, email, session: session!.id, request }, mark: mark!.it };
}

/** What each user may come to do by what they hold, and until when: "audit-read", "role Admin". */
async function reach(): Promise<Map<number, Map<string, number>>> {
  const { read } = site.app.get(Database);
  const ids = (await read.find(User, { select: { id: true } })).map(({ id }) => id);
  const held = await heldRolesOf(read, ids);
  return new Map(
    ids.map((id) => {
      const reached = new Map<string, number>();
      for (const { role, permissions, until } of held.get(id) ?? [])
        for (const name of [...(role === 'Admin' ? ['role Admin'] : []), ...permissions])
          reached.set(name, Math.max(until?.getTime() ?? Infinity, reached.get(name) ?? 0));
      return [id, reached];
    }),
  );
}

/** Everything of the target that only somebody who holds as much as they do may touch. */
async function stateOf({ id }: Holder): Promise<unknown> {
  const of = (table: string, column: string, what = '*') =>
    site.database.query(`SELECT ${what} FROM ${table} WHERE ${column} = ${id} ORDER BY 1`);
  return Promise.all([
    of('users', 'id'),
    of('grants', 'user_id'),
    of('sessions', 'user_id', 'id'),
    of('password_links', 'user_id'),
  ]);
}

async function send({ person }: Holder, route: string, attempt: Attempt): Promise<Page> {
  const [method = '', pattern = ''] = route.split(' ');
  const parameter = pattern.replace(/(:\w+).*/, '$1');
  const path = filled(pattern, { [parameter]: attempt.id ?? '' });
  const { fields = {} } = attempt;
  const digest = attempt.isShownFirst ? await digestOf(person, path, fields) : '';
  return person.send(method, path, { body: new URLSearchParams({ ...fields, digest }) });
}

async function digestOf(person: Person, path: string, fields: Fields): Promise<string> {
  const { body } = await person.get(`${path}?${new URLSearchParams(fields).toString()}`);
  return /name="digest" value="([0-9a-f]{64})"/.exec(body)?.[1] ?? '';
}

/** Everything that can be changed is tried by each of these on everybody: less, equal, more, other than they are, and themselves. */
export function tryEveryChange(kinds: readonly ActorKind[]): void {
  beforeAll(async () => {
    site = await Site.start();
    roles = site.app.get(RolesService);
  });
  afterAll(() => site.stop());

  it('every route that can change something is tried', () => {
    const mutating = site.app.get(AccessMap).routes.filter(({ method }) => method !== 'GET');
    expect(Object.keys(attempts).sort()).toEqual(mutating.map(({ method, path }) => `${method} ${path}`).sort());
  });

  describe.each(kinds.flatMap((kind) => targets.map((target) => [kind, target] as const)))(
    '%s, on somebody who holds %s,',
    (kind, target) => {
      let cell: Cell | null = null;

      /** The same two people again while nothing was changed by what was tried before. */
      async function untouched(): Promise<Cell | null> {
        const mark = await site.database.query<{ it: number }>('SELECT audit_sequence AS it FROM access_state');
        if (!cell || cell.mark !== mark[0]?.it || (await cell.actor.person.get('/account')).status === 303)
          cell = await cellOf(kind, target);
        return cell;
      }

      it.each(Object.keys(attempts))(
        'by %s: nobody comes to hold more than the actor does, and an administrator stays',
        async (route) => {
          for (const attemptOf of attempts[route]!) {
            const cell = await untouched();
            if (!cell) return;
            const [before, state] = [await reach(), await stateOf(cell.target)];
            const attempt = await attemptOf(cell);
            const { status } = await send(cell.actor, route, attempt);
            expect([attempt, status < 500]).toEqual([attempt, true]);
            expectNoGrowth(before, await reach(), cell);
            await ensureAdministratorRemains(site.app.get(Database).read, new Date());
            if (['more', 'other'].includes(target))
              expect([attempt, await stateOf(cell.target)]).toEqual([attempt, state]);
          }
        },
      );
    },
  );
}

/** Who is let to make themselves an account holds what everybody with an account does. */
function expectNoGrowth(
  before: ReadonlyMap<number, ReadonlyMap<string, number>>,
  after: ReadonlyMap<number, ReadonlyMap<string, number>>,
  { actor }: Cell,
): void {
  for (const [id, reached] of after)
    for (const [name, until] of reached) {
      const allowed = Math.max(before.get(id)?.get(name) ?? 0, before.get(actor.id)?.get(name) ?? 0);
      if (until > allowed) expect({ id, name, until }).toEqual({ id, name, until: allowed });
    }
}

/** Of all who administer, only this one can sign in. */
async function beLast({ id }: Holder): Promise<void> {
  await site.database.change(`UPDATE users SET active = 0 WHERE id <> ${id}`);
  expect((await site.app.get(UsersService).byEmail(superuser.email)).active).toBe(false);
}
