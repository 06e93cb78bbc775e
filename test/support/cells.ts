import { permissionNames } from '../../src/access/catalogue';
import { UsersService } from '../../src/accounts/users.service';
import { Database } from '../../src/database/database';
import { User } from '../../src/users/user.entity';
import type { Attempt, Cell } from './fixtures';
import { holder, type Holder } from './holder';
import type { Page, Person } from './person';
import { anOpenRequest } from './requests';
import { roleOf } from './role-of';
import { filled } from './route-parameters';
import { giveFactor } from './second-factor';
import { superuser, type Site } from './site';

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

export const targets = ['less', 'equal', 'more', 'other', 'themselves'] as const;
export type TargetKind = (typeof targets)[number];

/** The role that the target holds, seen from the actor; null where there is none: nobody holds more than an Admin. */
async function roleFor(site: Site, kind: ActorKind, target: TargetKind): Promise<string | null> {
  const held: readonly string[] = actors[kind];
  const beyond = permissionNames().find((name) => !held.includes(name) && !ofEverybody.includes(name));
  if (target === 'less') return roleOf(site, held.slice(0, 1));
  if (target === 'equal' || target === 'themselves') return kind === 'Admin' ? 'Admin' : roleOf(site, held);
  if (kind === 'Admin') return null;
  if (!beyond) return 'Admin';
  return roleOf(site, target === 'more' ? [...held, beyond] : [beyond]);
}

/** Two people, each with a second factor; null where there is no such target. */
export async function cellOf(site: Site, kind: ActorKind, target: TargetKind): Promise<Cell | null> {
  const role = await roleFor(site, kind, target);
  if (role === null) return null;
  const own = target === 'themselves' ? role : kind === 'Admin' ? 'Admin' : await roleOf(site, actors[kind]);
  const actor = await holder(site, ['User', own]);
  const other = target === 'themselves' ? actor : await holder(site, ['User', role]);
  for (const { id } of [actor, other]) await giveFactor(site, id);
  const [session] = await site.database.query<{ id: string }>(`SELECT id FROM sessions WHERE user_id = ${other.id}`);
  const { email } = await site.app.get(Database).read.findOneByOrFail(User, { id: other.id });
  const request = await anOpenRequest(site, other.id);
  if (kind === 'Admin' && target === 'themselves') await beLast(site, actor);
  const [mark] = await site.database.query<{ it: number }>('SELECT sequence AS it FROM audit_head');
  return { site, actor, role, target: { ...other, email, session: session!.id, request }, mark: mark!.it };
}

export async function send({ person }: Holder, route: string, attempt: Attempt): Promise<Page> {
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

/** Of all who administer, only this one can sign in. */
async function beLast(site: Site, { id }: Holder): Promise<void> {
  await site.database.change(`UPDATE users SET active = 0 WHERE id <> ${id}`);
  expect((await site.app.get(UsersService).byEmail(superuser.email)).active).toBe(false);
}
