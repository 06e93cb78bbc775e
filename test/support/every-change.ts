import { AccessMap } from '../../src/access/access-map';
import { Database } from '../../src/database/database';
import { heldRolesOf } from '../../src/roles/authority';
import { ensureAdministratorRemains } from '../../src/roles/last-administrator';
import { User } from '../../src/users/user.entity';
import { cellOf, send, targets, type ActorKind } from './cells';
import { attempts, type Cell } from './fixtures';
import type { Holder } from './holder';
import { Site } from './site';

let site: Site;

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

/** What others write about a person without touching their account. */
const beside = ['access_requests', 'outbox', 'sign_in_events'];

/** Everything of the target that only somebody who holds as much as they do may touch, in whichever table. */
async function stateOf({ id }: Holder): Promise<unknown> {
  const of = (table: string, column: string) =>
    site.database.query(`SELECT ${table === 'sessions' ? 'id' : '*'} FROM ${table} WHERE ${column} = ${id} ORDER BY 1`);
  const tables = site.app.get(Database).read.connection.entityMetadatas.flatMap(({ tableName, columns }) => {
    const isTheirs = columns.some(({ databaseName }) => databaseName === 'user_id');
    return isTheirs && !beside.includes(tableName) ? [tableName] : [];
  });
  return Promise.all([of('users', 'id'), ...tables.map((table) => of(table, 'user_id'))]);
}

/** Everything that can be changed is tried by each of these on everybody: less, equal, more, other than they are, and themselves. */
export function tryEveryChange(kinds: readonly ActorKind[]): void {
  beforeAll(async () => {
    site = await Site.start({ REQUIRE_SECOND_FACTOR: 'admin' });
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
          cell = await cellOf(site, kind, target);
        return cell;
      }

      it.each(Object.keys(attempts))(
        'by %s: nobody comes to hold more than the actor does, and an administrator stays',
        async (route) => {
          for (const attemptOf of attempts[route]!) {
            const cell = await untouched();
            if (!cell) return;
            const attempt = await attemptOf(cell);
            const [before, state] = [await reach(), await stateOf(cell.target)];
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
