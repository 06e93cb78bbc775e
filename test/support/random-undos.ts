import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { UsersService } from '../../src/accounts/users.service';
import { operator, type Actor } from '../../src/audit/actor';
import { Database } from '../../src/database/database';
import { DomainError } from '../../src/database/errors';
import type { Change, Undo } from '../../src/preview/change';
import { Changes } from '../../src/preview/changes.service';
import type { Effect } from '../../src/preview/effect';
import { anyStep, Population } from './random-previews';
import { expectNoGrowth, reachOf } from './reach';
import { roleOf } from './role-of';
import { superuser, type Site } from './site';
import { somebody } from './somebody';

const aRound = fc.record({
  step: anyStep,
  since: fc.array(anyStep, { maxLength: 3 }),
  /** Mostly who holds all; else who keeps users and roles and holds little more, or one of those to whom it all happens. */
  undoer: fc.constantFrom<Undoer>('admin', 'admin', 'admin', 'keeper', 0, 1, 2),
  isRedone: fc.boolean(),
});

/** Each part of who may do what with its value, such as "4 holds 7", and "7 carries audit-read". */
type State = ReadonlyMap<string, string>;

interface Grant {
  user_id: number;
  role_id: number;
}

async function stateOf(site: Site): Promise<State> {
  const { read } = site.app.get(Database);
  const [users, grants, roles, carried] = [
    await read.query<{ id: number; active: unknown }[]>('SELECT id, active FROM users'),
    await read.query<Grant[]>(
      'SELECT user_id, role_id, starts_at, ends_at, reason, granted_by, granted_at FROM grants',
    ),
    await read.query<{ id: number; name: string; description: string }[]>('SELECT id, name, description FROM roles'),
    await read.query<{ role_id: number; permission: string }[]>('SELECT * FROM role_permissions'),
  ];
  return new Map([
    ...users.map(({ id, active }) => [`${id} is active`, String(active)] as const),
    ...grants.map((grant) => [`${grant.user_id} holds ${grant.role_id}`, JSON.stringify(grant)] as const),
    ...roles.flatMap(({ id, ...texts }) =>
      Object.entries(texts).map(([name, text]) => [`the ${name} of ${id}`, text] as const),
    ),
    ...carried.map(({ role_id, permission }) => [`${role_id} carries ${permission}`, 'yes'] as const),
  ]);
}

function differing(one: State, other: State): string[] {
  return [...new Set([...one.keys(), ...other.keys()])].filter((name) => one.get(name) !== other.get(name));
}

/** What an undo should leave: the parts that the change has set, and nothing since, as they were; all others as they are. */
function expected(was: State, is: State, undone: readonly string[]): State {
  const state = new Map(is);
  for (const name of undone) {
    const value = was.get(name);
    if (value === undefined) state.delete(name);
    else state.set(name, value);
  }
  return state;
}

/** For so many random changes, each followed by others: what an undo, by whomever, brings back is what was but for what changed since. */
export async function expectTrueUndos(site: Site, rounds: number): Promise<Record<string, number>> {
  const [population, changes] = [await Population.make(site), site.app.get(Changes)];
  const seen = { undone: 0, partly: 0, refused: 0, redone: 0 };
  const actorOf = await actorsOf(site, population);
  await fc.assert(
    fc.asyncProperty(aRound, async ({ step, since, undoer, isRedone }) => {
      const was = await stateOf(site);
      const change = await population.changeOf(step);
      const maker = actorOf('admin');
      await confirm(changes, maker, change);
      const undo = undoOf(maker.requestId, change);
      let is = await stateOf(site);
      const [changed, touched] = [differing(was, is), new Set<string>()];
      for (const one of since) {
        await confirm(changes, operator, await population.changeOf(one));
        const before = is;
        is = await stateOf(site);
        for (const name of differing(before, is)) touched.add(name);
      }
      if (changed.length === 0) return;
      const [reach, actor] = [await reachOf(site), actorOf(undoer)];
      const shown = await effectOf(() => changes.preview(actor, undo));
      if (shown) await population.expectEffect(shown, () => changes.confirm(actor, undo, shown.digest));
      const refused = shown?.outcomes.filter(({ result }) => result === 'refused').map(({ user }) => `${user} `) ?? [
        '',
      ];
      const undone = changed.filter((name) => !touched.has(name) && !refused.some((user) => name.startsWith(user)));
      const after = await stateOf(site);
      expect({ undoer, undone, state: after }).toEqual({ undoer, undone, state: expected(was, is, undone) });
      expectNoGrowth(reach, await reachOf(site), actor.id);
      if (undone.length > 0) seen[undone.length < changed.length ? 'partly' : 'undone'] += 1;
      if (refused.length > 0) seen.refused += 1;
      if (isRedone && undone.length > 0) {
        await confirm(changes, actorOf('admin'), { ...undo, of: actor.requestId });
        expect(await stateOf(site)).toEqual(is);
        seen.redone += 1;
      }
    }),
    { numRuns: rounds },
  );
  return seen;
}

type Undoer = 'admin' | 'keeper' | number;
type User = Extract<Actor, { kind: 'user' }>;

/** Each of them, in a request of its own. */
async function actorsOf(site: Site, { people }: Population): Promise<(undoer: Undoer) => User> {
  const admin = await site.app.get(UsersService).byEmail(superuser.email);
  const keeping = ['users-read', 'users-write', 'roles-read', 'roles-write', 'audit-read'];
  const keeper = await somebody(site, [await roleOf(site, keeping)]);
  return (undoer) => {
    const id = undoer === 'admin' ? admin.id : undoer === 'keeper' ? keeper.id : people[undoer]!.id;
    return { kind: 'user', id, ip: '127.0.0.1', requestId: randomUUID() };
  };
}

function undoOf(of: string, change: Change): Undo {
  const undo = { change: 'undo', of } as const;
  return 'users' in change ? { ...undo, what: 'users', reason: null } : { ...undo, what: 'roles' };
}

async function confirm(changes: Changes, actor: Actor, change: Change): Promise<void> {
  const { digest } = await changes.preview(actor, change);
  await changes.confirm(actor, change, digest);
}

/** null where it is refused as a whole. */
async function effectOf(preview: () => Promise<Effect>): Promise<Effect | null> {
  try {
    return await preview();
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
}
