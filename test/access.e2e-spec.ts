import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CanActivate } from '@nestjs/common';
import { AccessMap } from '../src/access/access-map';
import { builtInRoleNames, permissionNames } from '../src/access/catalogue';
import { lockFile, outcome } from '../src/access/lock-file';
import { Mounts } from '../src/access/mounts';
import type { PermissionName } from '../src/access/names';
import { Principal } from '../src/access/principal';
import { RolesGuard } from '../src/access/roles.guard';
import type { Route } from '../src/access/route';
import { operator } from '../src/audit/actor';
import { RolesService } from '../src/roles/roles.service';
import { dump, expectUnchanged } from './support/dump';
import { valuesOf } from './support/fixtures';
import { holder } from './support/holder';
import type { Page, Person } from './support/person';
import { filled } from './support/route-parameters';
import { Site } from './support/site';

const lock = readFileSync(join(__dirname, '../access.lock'), 'utf8');
const [listed = ''] = lock.split('\n\n');
const kinds = ['visitor', ...builtInRoleNames(), 'Admin with an old proof'];
const cells = listed.split(/\n(?! )/).flatMap((lines) => {
  const { route, outcomeFor } = read(lines);
  return kinds.map((kind) => [route, kind, outcomeFor(kind)] as const);
});

describe('access.lock', () => {
  let site: Site;
  let somebody: number;
  /** Whether the guard let the last request in. */
  let isLetIn: boolean;

  beforeAll(async () => {
    site = await Site.start();
    ({ id: somebody } = await holder(site, ['User']));
  });
  beforeAll(() => {
    const asked = Object.getOwnPropertyDescriptor(RolesGuard.prototype, 'canActivate')!
      .value as CanActivate['canActivate'];
    jest.spyOn(RolesGuard.prototype, 'canActivate').mockImplementation(async function (this: RolesGuard, context) {
      isLetIn = (await asked.call(this, context)) as boolean;
      return isLetIn;
    });
  });
  beforeEach(() => (isLetIn = false));
  afterAll(async () => {
    jest.restoreAllMocks();
    await site.stop();
  });

  interface One {
    id: number;
    person: Person;
  }
  const known = new Map<string, One>();

  /** The same person again, until they were let in. */
  async function oneOf(kind: string): Promise<One> {
    const one = known.get(kind) ?? (await someoneNew(kind));
    known.set(kind, one);
    return one;
  }

  async function someoneNew(kind: string): Promise<One> {
    if (kind === 'visitor') return { id: 0, person: site.visitor() };
    const [role = '', state] = kind.split(' with ');
    const one = await holder(site, [role]);
    if (state) await site.database.change(`UPDATE sessions SET proved_at = 0 WHERE user_id = ${one.id}`);
    return one;
  }

  it('is what the routes say', () => {
    expect(lockFile(site.app.get(AccessMap).routes, site.app.get(Mounts).all)).toBe(lock);
  });

  it('tells of each route for whom it opens', () => {
    const known = ['anyone', 'not signed in', 'signed in', ...builtInRoleNames()];
    const told = listed.split(/\n(?! )/).flatMap((lines) => read(lines).whom);
    expect(told.map((whom) => whom.replace(' (own)', '')).filter((whom) => !known.includes(whom))).toEqual([]);
  });

  it('changes only in the lines of what changes: another route, or another title, leaves all others as they are', () => {
    const { routes } = site.app.get(AccessMap);
    const [first, ...others] = routes as [Route, ...Route[]];
    const added = { ...first, path: `/${'long'.repeat(30)}`, title: 'Another' };
    const linesOf = (some: readonly Route[]) => lockFile(some, []).split('\n');
    expect(linesOf([added, ...routes]).slice(3)).toEqual(linesOf(routes));
    const retitled = linesOf([{ ...first, title: 'Another' }, ...others]);
    expect(retitled.filter((line, i) => line !== linesOf(routes)[i])).toEqual([`GET / — Another (${first.area})`]);
  });

  it.each(cells)('%s for %s: %s', async (route, kind, outcome) => {
    const { id, person } = await oneOf(kind);
    await expectOutcome(person, id, route, outcome);
    if (mayHaveChanged(outcome)) known.delete(kind);
  });

  /** As every page of the administration asks for the area first: a permission alone, and with the area. */
  const area: PermissionName[] = ['admin-read', 'admin-write'];
  const beyond = permissionNames().filter((name) => !area.includes(name));
  const sets = [...permissionNames().map((name) => [name]), area, ...beyond.map((name) => [name, ...area])];

  it.each(sets.map((names) => [names.join(' and '), names] as const))(
    'every route for somebody who holds %s and nothing else',
    async (role, permissions) => {
      await site.app.get(RolesService).create(operator, { name: role, description: '', permissions });
      const held = new Principal({ id: 0, email: '', name: '', hasConfiguredPassword: false }, [
        { role, permissions, from: null, until: null },
      ]);
      let { id, person } = await holder(site, [role]);
      for (const route of site.app.get(AccessMap).routes) {
        const expected = outcome(route, held);
        await expectOutcome(person, id, `${route.method} ${route.path}`, expected);
        if (mayHaveChanged(expected)) ({ id, person } = await holder(site, [role]));
      }
    },
  );

  /** "own": refused for somebody else's record, and let in for their own. */
  async function expectOutcome(person: Person, id: number, route: string, outcome: string): Promise<void> {
    const [own, otherwise = route.startsWith('GET ') ? '200' : 'open'] = outcome.split(', then ');
    if (own !== 'own') return expectAnswer(person, somebody, route, outcome);
    await expectAnswer(person, somebody, route, '403');
    await expectAnswer(person, id, route, otherwise);
  }

  async function expectAnswer(person: Person, owner: number, route: string, outcome: string): Promise<void> {
    const [method = '', pattern = ''] = route.split(' ');
    const path = filled(pattern, await valuesOf(site, owner, pattern));
    const isRefused = !['200', 'open'].includes(outcome);
    const before = isRefused ? await dump(site) : null;
    isLetIn = false;
    const page = await person.send(method, path);
    expect([route, isLetIn ? letInBy(method, page, outcome) : outcomeOf(method, path, page)]).toEqual([route, outcome]);
    if (before) await expectUnchanged(site, before);
  }
});

/** What somebody was let in to can have ended their session. */
function mayHaveChanged(outcome: string): boolean {
  return /^(open|own)\b/.test(outcome);
}

/** One route of the lock. */
function read(lines: string) {
  const [, route = '', rule = '', status = '200', whom = ''] =
    /^(\w+ \S+) — .+ \(.+\)\n {2}rule: (.+)\n {2}(?:opens for|sends on \((\d+)\)): (.+)$/.exec(lines.trimEnd()) ?? [];
  return {
    route,
    whom: whom.split(', '),
    outcomeFor: (kind: string) => {
      const [who = '', state] = kind.split(' with ');
      const outcome = outcomeIn(route, status, whom.split(', '), who);
      return state && rule.includes('a fresh proof') ? onceProved(outcome) : outcome;
    },
  };
}

/** Rights come first: who would be refused anyway is told so. */
function onceProved(outcome: string): string {
  if (outcome === 'own') return 'own, then verify';
  return ['403', 'home'].includes(outcome) ? outcome : 'verify';
}

function outcomeIn(route: string, status: string, whom: readonly string[], kind: string): string {
  const letIn = route.startsWith('GET ') ? status : 'open';
  if (whom.includes('anyone')) return letIn;
  if (whom.includes('not signed in')) return kind === 'visitor' ? letIn : 'home';
  if (kind === 'visitor') return 'login';
  if (whom.includes('signed in') || whom.includes(kind)) return letIn;
  return whom.includes('signed in (own)') || whom.includes(`${kind} (own)`) ? 'own' : '403';
}

/** A step of something that has not begun sends on, or is over, whoever may go there. */
function letInBy(method: string, { status }: Page, outcome: string): string {
  if (status >= 500) return String(status);
  if (method !== 'GET') return 'open';
  return [303, 410].includes(status) && ['200', '303'].includes(outcome) ? outcome : String(status);
}

function outcomeOf(method: string, path: string, { status, location, h1 }: Page): string {
  if (status === 303 && location === `/verify?next=${encodeURIComponent(path)}`) return 'verify';
  if (status === 401 && h1 === 'Confirm that it is you') return 'verify';
  const login = method === 'GET' ? `/login?next=${encodeURIComponent(path)}` : '/login';
  if (status === 303 && location === login) return 'login';
  if (status === 403) return '403';
  if (path !== '/logout' && status === 303 && location === '/') return 'home';
  return method === 'GET' || status >= 500 ? String(status) : 'open';
}
