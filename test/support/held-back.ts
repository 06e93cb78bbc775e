import { AccessMap } from '../../src/access/access-map';
import type { Route } from '../../src/access/route';
import { cellOf, send, type TargetKind } from './cells';
import { dump, expectUnchanged } from './dump';
import { attempts } from './fixtures';
import type { Page } from './person';
import { Site } from './site';

let site: Site;

/** Whoever may do everything, but must first prove again who they are, or set up a second factor. */
const states = [
  {
    state: 'whose proof is old',
    hold: (id: number) => site.database.change(`UPDATE sessions SET proved_at = 0 WHERE user_id = ${id}`),
    opens: ({ rule }: Route) => rule.kind !== 'all-of' || rule.conditions.every(({ kind }) => kind !== 'fresh'),
    isAnswer: ({ status, h1 }: Page) => status === 401 && h1 === 'Confirm that it is you',
  },
  {
    state: 'who must set up a second factor first',
    hold: (id: number) =>
      site.database.change(`UPDATE users SET factors_version = NULL, access_version = 'without' WHERE id = ${id}`),
    opens: ({ opensBeforeSecondFactor }: Route) => opensBeforeSecondFactor,
    isAnswer: ({ status, location }: Page) => status === 303 && location === '/account/two-factor',
  },
];

/** An Admin who is held back changes nothing by any route, but where it opens to them all the same. */
export function tryHeldBack(targets: readonly TargetKind[]): void {
  beforeAll(async () => {
    site = await Site.start({ REQUIRE_SECOND_FACTOR: 'admin' });
  });
  afterAll(() => site.stop());

  const cases = states.flatMap((state) => targets.map((target) => ({ ...state, target })));
  describe.each(cases)('An Admin $state, on somebody who holds $target,', ({ target, hold, opens, isAnswer }) => {
    it.each(Object.keys(attempts))('changes nothing by %s, or it opens to them all the same', async (name) => {
      const route = site.app.get(AccessMap).route(name)!;
      if (opens(route)) return;
      for (const attemptOf of attempts[name]!) {
        const cell = (await cellOf(site, 'Admin', target))!;
        const attempt = await attemptOf(cell);
        await hold(cell.actor.id);
        const before = await dump(site);
        const page = await send(cell.actor, name, attempt);
        expect([attempt, page.status, isAnswer(page) || isRefused(page, route)]).toEqual([attempt, page.status, true]);
        await expectUnchanged(site, before);
      }
    });
  });
}

/** Whatever they prove or set up. */
function isRefused({ status, h1, location }: Page, { rule }: Route): boolean {
  return rule.kind === 'signed-out' ? location === '/' : status === 403 && h1 === 'Access forbidden';
}
