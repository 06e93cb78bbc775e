import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AccessMap } from '../src/access/access-map';
import { permissionNames } from '../src/access/catalogue';
import { lockFile, outcome } from '../src/access/lock-file';
import { Principal } from '../src/access/principal';
import { operator } from '../src/audit/actor';
import { RolesService } from '../src/roles/roles.service';
import { PasswordLinks } from '../src/users/password-links.service';
import { UsersService } from '../src/users/users.service';
import { assetFolders } from '../src/web/views';
import { dump } from './support/dump';
import { holder } from './support/holder';
import type { Page, Person } from './support/person';
import { filled, type RouteValues } from './support/route-parameters';
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
  const values: RouteValues = { '/admin/roles/:id': 1 };
  const make = (email: string) =>
    site.app.get(UsersService).create(operator, { email, name: '', passwordHash: '', active: false, roles: ['User'] });

  beforeAll(async () => {
    site = await Site.start();
    values['/admin/users/:id'] = (await make('walked@example.org')).id;
    const { address } = await site.app.get(PasswordLinks).make(operator, (await make('linked@example.org')).id);
    values['/welcome/:token'] = address.split('/').at(-1)!;
  });
  afterAll(() => site.stop());

  const people: Record<string, () => Promise<Person>> = {
    visitor: () => Promise.resolve(site.visitor()),
    User: () => holder(site, ['User']),
    Admin: () => holder(site, ['User', 'Admin']),
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
    await expectOutcome(await people[kind]!(), route, outcome);
  });

  /** As every page of the administration asks for the area first: a permission alone, and with the area. */
  const sets = permissionNames.flatMap((name) => [[name], [...new Set([name, 'admin-read', 'admin-write'] as const)]]);

  it.each(sets.map((names) => [names.join(' and '), names] as const))(
    'every route for somebody who holds %s and nothing else',
    async (role, permissions) => {
      const id = await site.app.get(RolesService).create(operator, { name: role, description: '', permissions });
      const held = new Principal({ id, email: '', name: '', hasConfiguredPassword: false }, [
        { role, permissions, from: null, until: null },
      ]);
      let person = await holder(site, [role]);
      for (const route of site.app.get(AccessMap).routes) {
        const expected = outcome(route, held);
        await expectOutcome(person, `${route.method} ${route.path}`, expected);
        // What he may do can have ended his session.
        if (expected === 'open') person = await holder(site, [role]);
      }
    },
  );

  async function expectOutcome(person: Person, route: string, outcome: string): Promise<void> {
    const [method = '', pattern = ''] = route.split(' ');
    const path = filled(pattern, values);
    const before = await dump(site);
    const page = await person.send(method, path);
    expect([route, outcomeOf(method, path, page)]).toEqual([route, outcome]);
    if (!['200', 'open'].includes(outcome)) expect(await dump(site)).toEqual(before);
  }
});

function outcomeOf(method: string, path: string, { status, location }: Page): string {
  const login = method === 'GET' ? `/login?next=${encodeURIComponent(path)}` : '/login';
  if (status === 303 && location === login) return 'login';
  if (status === 403) return '403';
  if (path !== '/logout' && status === 303 && location === '/') return 'home';
  return method === 'GET' || status >= 500 ? String(status) : 'open';
}
