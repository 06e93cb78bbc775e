import { AccessMap } from '../../src/access/access-map';
import { Database } from '../../src/database/database';
import { ensureAdministratorRemains } from '../../src/roles/last-administrator';
import { cellOf, send, targets, type ActorKind } from './cells';
import { attempts, type Cell } from './fixtures';
import type { Holder } from './holder';
import { expectNoGrowth, reachOf } from './reach';
import { Site } from './site';

let site: Site;

/** What others write about a person without touching their account, and what the person is told of it. */
const beside = ['access_requests', 'account_notices', 'not_me_links', 'outbox', 'sign_in_events'];

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
            const [before, state] = [await reachOf(site), await stateOf(cell.target)];
            const { status } = await send(cell.actor, route, attempt);
            expect([attempt, status < 500]).toEqual([attempt, true]);
            expectNoGrowth(before, await reachOf(site), cell.actor.id);
            await ensureAdministratorRemains(site.app.get(Database).read, new Date());
            if (['more', 'other'].includes(target))
              expect([attempt, await stateOf(cell.target)]).toEqual([attempt, state]);
          }
        },
      );
    },
  );
}
