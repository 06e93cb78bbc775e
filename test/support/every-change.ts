import { AccessMap } from '../../src/access/access-map';
import { permissionNames } from '../../src/access/catalogue';
import { UsersService } from '../../src/accounts/users.service';
import { Database } from '../../src/database/database';
import { heldRolesOf } from '../../src/roles/authority';
import { ensureAdministratorRemains } from '../../src/roles/last-administrator';
import { User } from '../../src/users/user.entity';
import { attempts, type Attempt, type Cell } from './fixtures';
import { holder } from './holder';
import type { Page, Person } from './person';
import { anOpenRequest } from './requests';
import { roleOf } from './role-of';
import { filled } from './route-parameters';
import { Site, superuser } from './site';

type Holder = Awaited<ReturnType<typeof holder>>;
type Fields = Record<string, string>;

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

let site: Site;

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
  const [mark] = await site.database.query<{ it: number }>('SELECT sequence AS it FROM audit_head');
  return { site, actor, role, target: { ...other, email, session: session!.id, request }, mark: mark!.it };
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
        const mark = await site.database.query<{ it: number }>('SELECT sequence AS it FROM audit_head');
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
