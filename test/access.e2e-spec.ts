import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AccessMap } from '../src/access/access-map';
import { lockFile } from '../src/access/lock-file';
import { Database } from '../src/database/database';
import { AccessRequest } from '../src/users/access-request.entity';
import { assetFolders } from '../src/web/views';
import { dump } from './support/dump';
import type { Page, Person } from './support/person';
import { Site } from './support/site';

const lock = readFileSync(join(__dirname, '../access.lock'), 'utf8');
const [headings = [], ...rows] = lock
  .trimEnd()
  .split('\n')
  .map((line) => line.split(/ {2,}/));
const kinds = headings.slice(2);
const cells = rows.flatMap(([route = '', , ...outcomes]) =>
  kinds.map((kind, i) => [route, kind, outcomes[i] ?? ''] as const),
);

/** What the router holds: a route, or a function for every path that it matches. */
interface Layer {
  name: string;
  route?: { path: string; stack: { method: string }[] };
  match(path: string): boolean;
}

describe('access.lock', () => {
  let site: Site;
  let somebody: Person;
  beforeAll(async () => {
    site = await Site.start();
    somebody = await site.user();
  });
  afterAll(() => site.stop());

  const people: Record<string, () => Promise<Person>> = {
    visitor: () => Promise.resolve(site.visitor()),
    User: async () => {
      const user = await site.user();
      await user.get('/'); // He has read his welcome: the next page has nothing to tell him.
      return user;
    },
    Admin: () => site.admin(),
  };

  it('is what the routes say', () => {
    expect(lockFile(site.app.get(AccessMap).routes)).toBe(lock);
  });

  it('knows every route that the router has, and only files are served beside them', () => {
    const { router } = site.app.getHttpAdapter().getInstance() as unknown as { router: { stack: Layer[] } };
    const routes = router.stack.flatMap(({ route }) =>
      route ? route.stack.map(({ method }) => `${method.toUpperCase()} ${route.path}`) : [],
    );
    const known = site.app.get(AccessMap).routes.map(({ method, path }) => `${method} ${path}`);
    expect(routes.sort()).toEqual([...known].sort());
    const places = router.stack.filter((layer) => !layer.route && !layer.match('/'));
    expect(places.map(({ name }) => name)).toEqual(Object.keys(assetFolders).map(() => 'serveStatic'));
  });

  it('tells about every kind of person there is', () => {
    expect(kinds).toEqual(Object.keys(people));
  });

  it.each(cells)('%s for %s: %s', async (route, kind, outcome) => {
    const [method = '', path = ''] = route.split(' ');
    const person = await people[kind]!();
    const isOwn = outcome === 'own';
    await expectOutcome(person, method, path.replace(':id', await idFor(path, somebody)), isOwn ? '403' : outcome);
    if (isOwn)
      await expectOutcome(
        person,
        method,
        path.replace(':id', await idFor(path, person)),
        method === 'GET' ? '200' : 'open',
      );
  });

  /** What names a record of this person where the path is about one. */
  async function idFor(path: string, person: Person): Promise<string> {
    const id = await idOf(person);
    return path.includes('/request') && path.includes(':id') ? requestOf(Number(id)) : id;
  }

  async function requestOf(userId: number): Promise<string> {
    const request = {
      userId,
      route: 'GET /admin',
      rule: '',
      reason: '',
      state: 'open',
      createdAt: new Date(),
    } as const;
    const { identifiers } = await site.app
      .get(Database)
      .transaction((manager) => manager.insert(AccessRequest, request));
    return String(identifiers[0]?.id);
  }

  async function expectOutcome(person: Person, method: string, path: string, outcome: string): Promise<void> {
    const before = await dump(site);
    expect(outcomeOf(method, path, await person.send(method, path))).toBe(outcome);
    if (!['200', 'open'].includes(outcome)) expect(await dump(site)).toEqual(before);
  }
});

/** As his account links to what is his. */
async function idOf(person: Person): Promise<string> {
  return /\/users\/(\d+)\/history/.exec((await person.get('/account')).body)?.[1] ?? '';
}

function outcomeOf(method: string, path: string, { status, location }: Page): string {
  const login = method === 'GET' ? `/login?next=${encodeURIComponent(path)}` : '/login';
  if (status === 303 && location === login) return 'login';
  if (status === 403) return '403';
  if (path !== '/logout' && status === 303 && location === '/') return 'home';
  return method === 'GET' ? String(status) : 'open';
}
