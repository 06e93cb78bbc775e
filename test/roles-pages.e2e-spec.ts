import { AccessMap } from '../src/access/access-map';
import { meaningOf, permissionNames, plainRoles } from '../src/access/catalogue';
import type { PermissionName } from '../src/access/names';
import { permissionsIn } from '../src/access/rule-references';
import { UserGrants } from '../src/accounts/user-grants.service';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { Clock } from '../src/config/clock';
import { Database } from '../src/database/database';
import { Grant } from '../src/roles/grant.entity';
import { versionOf } from '../src/roles/role-version';
import { RolesService } from '../src/roles/roles.service';
import { dump, expectUnchanged } from './support/dump';
import type { Page, Person } from './support/person';
import { Site, superuser } from './support/site';
import { somebody } from './support/somebody';

const area = ['admin-read', 'admin-write'];
const runtimeRoles: Record<string, string[]> = {
  Caretaker: area,
  Looker: [...area, 'roles-read'],
  Keyholder: [...area, 'roles-read', 'roles-write'],
  Host: [...area, 'roles-read', 'users-read'],
  Auditor: [...area, 'roles-read', 'audit-read'],
  Writer: ['roles-read', 'roles-write'],
  '<b>Odd & "quoted"</b>': ['user-read'],
  Hollow: [],
};

describe('the pages of roles', () => {
  let site: Site;
  let roles: RolesService;
  let users: UsersService;
  let grants: UserGrants;
  let admin: Person;
  const people: Record<string, Person> = {};
  let made = 0;

  beforeAll(async () => {
    site = await Site.start();
    [roles, users, grants] = [site.app.get(RolesService), site.app.get(UsersService), site.app.get(UserGrants)];
    admin = await site.admin();
    for (const [name, permissions] of Object.entries(runtimeRoles))
      await roles.create(operator, { name, description: `<i>${name}</i>`, permissions });
    for (const role of ['User', ...Object.keys(runtimeRoles)]) {
      const email = `holder${++made}@example.org`;
      people[role] = await site.user(email);
      await people[role].get('/');
      if (role !== 'User') await grants.give(operator, email, role);
    }
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => site.stop());

  const idOf = async (name: string) => (await roles.byName(name)).id;
  const pageOf = async (name: string, person = admin, more = '') =>
    person.get(`/admin/roles/${await idOf(name)}${more}`);

  describe('who may see them', () => {
    it.each<[string, number[]]>([
      ['User', [403, 403, 403, 403, 403]],
      ['Caretaker', [403, 403, 403, 403, 403]],
      ['Writer', [403, 403, 403, 403, 403]],
      ['Looker', [200, 200, 403, 403, 200]],
      ['Keyholder', [200, 200, 200, 200, 200]],
    ])('somebody who holds %s gets %j', async (role, statuses) => {
      const id = await idOf('User');
      const paths = ['roles', `roles/${id}`, 'roles/new', `roles/${id}/edit`, 'permissions'];
      const answers = await Promise.all(paths.map((path) => people[role]!.get(`/admin/${path}`)));
      expect(answers.map(({ status }) => status)).toEqual(statuses);
    });

    it('the navigation and the buttons lead only who may go there', async () => {
      const seen = async (role: string) => (await people[role]!.get('/admin')).body;
      expect(await seen('Looker')).toContain('href="/admin/roles"');
      expect((await people.Looker!.get('/admin/roles')).body).toContain(`href="/admin/roles/${await idOf('Hollow')}"`);
      expect(await seen('Caretaker')).not.toMatch(/href="\/admin\/(roles|permissions)/);
      expect((await people.Keyholder!.get('/admin/roles')).body).toContain('href="/admin/roles/new"');
      expect((await people.Looker!.get('/admin/roles')).body).not.toContain('href="/admin/roles/new"');
      expect((await pageOf('User', people.Looker)).body).not.toMatch(/\/edit"|\?copy=/);
    });

    it('nobody without users-read sees who holds a role, or who changed it; only the number', async () => {
      const { body } = await pageOf('Admin', people.Looker);
      expect(body).toContain('It was given to 1 person.');
      expect(body).toContain('You may not see people.');
      const auditor = await pageOf('Admin', people.Auditor);
      for (const page of [body, auditor.body]) expect(page).not.toContain(superuser.email);
      expect((await pageOf('Admin', people.Host)).body).toContain(superuser.email);
    });

    it('nobody without audit-read sees what was changed', async () => {
      const told = 'The operator made the role Hollow';
      expect((await pageOf('Hollow', people.Auditor)).body).toContain(told);
      expect((await pageOf('Hollow', people.Host)).body).not.toContain(told);
    });
  });

  describe('of all of them', () => {
    it('names each with its figures, the built-in ones first', async () => {
      const { body } = await admin.get('/admin/roles');
      const rows = rowsOf(body).filter(([name]) => !plainRoles().has(name ?? ''));
      expect(rows.map(([name]) => name)).toEqual([
        'Admin built in',
        'User built in',
        '&lt;b&gt;Odd &amp; &quot;quoted&quot;&lt;/b&gt;',
        ...['Auditor', 'Caretaker', 'Hollow', 'Host', 'Keyholder', 'Looker', 'Writer'],
      ]);
      expect(rows.find(([name]) => name === 'Keyholder')?.slice(1)).toEqual(['1', '4']);
    });

    it('shows names and descriptions as text, whatever they are', async () => {
      const odd = '<b>Odd & "quoted"</b>';
      const pages = [await admin.get('/admin/roles'), await admin.get('/admin/permissions')];
      const ownPages = [await pageOf(odd), await pageOf(odd, admin, '/edit')];
      for (const { status, body } of [...pages, ...ownPages, await admin.get('/admin/access')]) {
        expect(status).toBe(200);
        expect(body).toContain('&lt;b&gt;Odd &amp; &quot;quoted&quot;&lt;/b&gt;');
        expect(body).not.toMatch(/<b>|<i>/);
      }
    });
  });

  describe('of one of them', () => {
    it.each(['0', '999999', '2147483648', '9999999999', '-1', '1.5', '1e0', '0x1', 'User', '1%27', '%00', '1/edit/x'])(
      'is not there for the number "%s"',
      async (id) => {
        expect((await admin.get(`/admin/roles/${id}`)).status).toBe(404);
        expect((await admin.get(`/admin/roles/${id}/edit`)).status).toBe(404);
      },
    );

    it('says what it carries in sentences', async () => {
      const { h1, title, body } = await pageOf('Looker');
      expect([h1, title]).toEqual(['Looker', 'Looker · Music Festival Organizer']);
      for (const name of runtimeRoles.Looker as PermissionName[])
        expect(body).toContain(`<li>${meaningOf(name)} <code>${name}</code></li>`);
      expect(body).not.toContain('<code>users-read</code>');
      const why = 'The role has no permissions yet, so it opens nothing.';
      const add = `<a href="/admin/roles/${await idOf('Hollow')}/edit">Add permissions</a>`;
      expect((await pageOf('Hollow')).body).toContain(`${why} ${add}`);
      const looked = (await pageOf('Hollow', people.Looker)).body;
      expect([looked.includes(why), looked.includes('Add permissions')]).toEqual([true, false]);
      expect((await pageOf('Auditor')).body).not.toContain('opens no');
    });

    it('says which routes open through it alone, and which name it', async () => {
      expect(routesOn(await pageOf('Hollow'))).toEqual({});
      expect(routesOn(await pageOf('Caretaker'))).toMatchObject({ 'GET /admin': 'open' });
      const ofLooker = routesOn(await pageOf('Looker'));
      expect(ofLooker['GET /admin/roles/:id']).toBe('open');
      expect(ofLooker).not.toHaveProperty(['GET, POST /admin/roles/new']);
      expect(ofLooker).not.toHaveProperty(['GET /']);
      expect(ofLooker).not.toHaveProperty(['POST /logout']);
      const ofAdmin = await pageOf('Admin');
      expect(ofAdmin.body).toContain('names it');
      expect(routesOn(ofAdmin)['GET /admin/audit']).toBe('open');
    });

    it('says that a route names it which it no longer opens', async () => {
      await roles.removePermissions(operator, 'Admin', ['audit-read']);
      expect(routesOn(await pageOf('Admin'))['GET /admin/audit']).toBe('closed');
      await roles.addPermissions(operator, 'Admin', ['audit-read']);
    });

    it('tells how it was changed and whom it was given to, the newest first, and nothing of another', async () => {
      await roles.create(operator, { name: 'Hollow 2', description: '', permissions: [] });
      const { actor, email, name } = await somebody(site, ['Admin']);
      await roles.addPermissions(operator, 'Hollow', ['user-read']);
      await roles.removePermissions(actor, 'Hollow', ['user-read']);
      const { body } = await pageOf('Hollow');
      const sentences = [...body.matchAll(/<summary><span>([^<]*)</g)].map(([, what]) => what);
      expect(sentences).toEqual([
        `${name} changed what the role Hollow carries`,
        'The operator changed what the role Hollow carries',
        expect.stringMatching(/^The operator gave a role to .+: Hollow$/),
        'The operator made the role Hollow',
      ]);
      const changes = [...body.matchAll(/<dt>permissions<\/dt><dd>(.*?) <code>user-read/g)].map(([, what]) => what);
      expect(changes.slice(0, 2)).toEqual(['no longer', 'now also']);
      await users.delete(operator, email);
    });

    it('names a permission that a later catalogue dropped', async () => {
      await site.database.change(
        "INSERT INTO permissions (name, description, since) VALUES ('old-read', 'Old', '2026-01-01 00:00:00.000')",
      );
      const id = await idOf('Hollow');
      await site.database.change(`INSERT INTO role_permissions (role_id, permission) VALUES (${id}, 'old-read')`);
      expect((await pageOf('Hollow')).body).toContain('Opens nothing any more <code>old-read</code>');
      await site.database.change("DELETE FROM permissions WHERE name = 'old-read'");
    });
  });

  describe('the holders of a role', () => {
    it('come fifty at a time by the number of the user, each once', async () => {
      await roles.create(operator, { name: 'Gate', description: '', permissions: [] });
      const emails = Array.from({ length: 101 }, (_, i) => `gate${String(i).padStart(3, '0')}@example.org`);
      for (const email of emails) await make(email, []);
      // Given in another order than they registered in.
      for (const email of [...emails].reverse()) await grants.give(operator, email, 'Gate');
      const pages: string[][] = [];
      for (let path: string | undefined = `/admin/roles/${await idOf('Gate')}`; path;) {
        const { body } = await admin.get(path);
        expect(body).toContain('It was given to 101 people.');
        pages.push(holdersOn(body));
        path = /href="([^"]*)" rel="next"/.exec(body)?.[1]?.replaceAll('&#x3D;', '=');
      }
      expect(pages.map((page) => page.length)).toEqual([50, 50, 1]);
      expect(pages.flat()).toEqual(emails);
    });

    it('are marked where they are not active, or hold it for a time, no longer, or not yet', async () => {
      const until = new Date('2099-01-31T12:00:00Z');
      await roles.create(operator, { name: 'Mixed', description: '', permissions: [] });
      for (const name of ['asleep', 'ending', 'ended', 'early']) await make(`${name}@example.org`, ['Mixed']);
      await users.deactivate(operator, 'asleep@example.org');
      await grants.give(operator, 'ending@example.org', 'Mixed', { until });
      await grants.give(operator, 'early@example.org', 'Mixed', { from: until });
      const { id } = await users.byEmail('ended@example.org');
      const past = new Date('2020-01-31T12:00:00Z');
      await site.app.get(Database).changeAccess((manager) => manager.update(Grant, { userId: id }, { until: past }));
      const { body } = await pageOf('Mixed');
      expect(lineOf(body, 'asleep')).toContain('not active');
      expect(lineOf(body, 'ending')).toContain('until 31 January 2099');
      expect(lineOf(body, 'ended')).toContain('ended 31 January 2020');
      expect(lineOf(body, 'early')).toContain('from 31 January 2099');
    });

    it.each(['x', '-1', '1e99', '1&after=2', ''])(
      'begin with the first after "%s", which is no number',
      async (sent) => {
        expect(holdersOn((await pageOf('Admin', admin, `?after=${sent}`)).body)).toEqual([superuser.email]);
      },
    );

    it('are nobody further beyond the last page', async () => {
      const { body } = await pageOf('Admin', admin, '?after=999999999');
      expect(body).toContain('Nobody further.');
      expect(body).toContain('Back to the first');
    });
  });

  describe('a new role', () => {
    const send = (person: Person, fields: [string, string][]) =>
      person.send('POST', '/admin/roles/new', { body: new URLSearchParams(fields) });

    async function refuses(person: Person, fields: [string, string][], field: string, message: RegExp): Promise<Page> {
      const before = await dump(site);
      const page = await send(person, fields);
      expect(page.status).toBe(422);
      expect(errorOf(page, field)).toMatch(message);
      await expectUnchanged(site, before);
      return page;
    }

    it('is made of what was typed and ticked, held by nobody, and its page says so', async () => {
      const page = await send(admin, [
        ['name', ' Stage crew '],
        ['description', 'Loads & unloads'],
        ['permissions', 'user-read'],
        ['permissions', 'users-read'],
      ]);
      const { id, ...role } = await roles.byName('Stage crew');
      expect(page).toMatchObject({ status: 303, location: `/admin/roles/${id}` });
      expect(role).toMatchObject({
        description: 'Loads & unloads',
        builtIn: false,
        holders: 0,
        permissions: ['user-read', 'users-read'],
      });
      const { body } = await admin.get(page.location!);
      expect(body).toContain('The role &quot;Stage crew&quot; is made. Nobody holds it yet.');
      expect(body).toContain('Nobody holds it.');
      expect(body).toContain(`${superuser.email} made the role Stage crew`);
    });

    it('may carry one permission or none, and need no description', async () => {
      await send(admin, [['name', 'One'], ['permissions', 'user-read']]); // prettier-ignore
      await send(admin, [['name', 'None']]);
      const told = 'is made. Nobody holds it yet. The role has no permissions yet, so it opens nothing.';
      expect((await admin.get('/')).body).toContain(told);
      expect((await roles.byName('One')).permissions).toEqual(['user-read']);
      expect((await roles.byName('None')).permissions).toEqual([]);
    });

    it.each<[string, [string, string][], string, RegExp]>([
      ['without a name', [['name', '']], 'name', /at most 64 characters/],
      ['with no field at all', [], 'name', /Enter one name/],
      ['with two names', [['name', 'A'], ['name', 'B']], 'name', /Enter one name/], // prettier-ignore
      ['with a comma in its name', [['name', 'A,B']], 'name', /comma/],
      ['with a line break in its name', [['name', 'A\nB']], 'name', /U\+000A/],
      ['with a name too long', [['name', 'x'.repeat(65)]], 'name', /at most 64 characters/],
      ['of a name there is', [['name', 'Looker']], 'name', /There is a role "Looker" already/],
      ['of a built-in name', [['name', 'Admin']], 'name', /already/],
      ['with too long a description', [['name', 'C'], ['description', 'x'.repeat(256)]], 'description', /255/], // prettier-ignore
      ['with a permission there is not', [['name', 'C'], ['permissions', 'users-rea']], 'permissions', /no permission/], // prettier-ignore
      ['with an empty permission', [['name', 'C'], ['permissions', '']], 'permissions', /empty/], // prettier-ignore
      ['with what every object has', [['name', 'C'], ['permissions', 'constructor']], 'permissions', /no permission/], // prettier-ignore
    ])('is refused %s, and nothing changes', async (_case, fields, field, message) => {
      await refuses(admin, fields, field, message);
    });

    it('that is wrong in its name and its description says both', async () => {
      const page = await send(admin, [['name', 'A,B'], ['description', 'x'.repeat(256)]]); // prettier-ignore
      expect([errorOf(page, 'name'), errorOf(page, 'description')].join()).toMatch(/comma.*255/);
    });

    it('that is refused is shown again as it was typed and ticked', async () => {
      const { body } = await refuses(
        admin,
        [
          ['name', '"><script>alert(1)</script>,'],
          ['description', '<i>typed</i>'],
          ['permissions', 'audit-read'],
        ],
        'name',
        /comma/,
      );
      expect(body).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;,"');
      expect(body).toContain('value="&lt;i&gt;typed&lt;/i&gt;"');
      expect(ticked(body)).toEqual(['audit-read']);
      expect(body).not.toMatch(/<script>|<i>/);
    });

    it('is refused by who lacks a permission that they force into it, and nothing changes', async () => {
      const holder = people.Keyholder!;
      const { body } = await holder.get('/admin/roles/new');
      expect(disabled(body)).toEqual(permissionNames().filter((name) => !allOf('User', 'Keyholder').includes(name)));
      expect(body).toContain('You don&#x27;t hold this yourself.');
      for (const name of disabled(body)) {
        const fields: [string, string][] = [['name', 'Climber'], ['permissions', 'roles-read'], ['permissions', name]]; // prettier-ignore
        const page = await refuses(holder, fields, 'permissions', /hold [a-z-]+ yourself/);
        expect(ticked(page.body)).toEqual(['roles-read']);
      }
      expect((await send(holder, [['name', 'Below'], ['permissions', 'roles-read']])).status).toBe(303); // prettier-ignore
    });

    it('takes nothing that its maker holds for a time only', async () => {
      const holder = await site.user('temporary@example.org');
      const until = new Date(Date.now() + 86_400_000);
      await grants.give(operator, 'temporary@example.org', 'Keyholder', { until });
      const { body } = await holder.get('/admin/roles/new');
      expect(disabled(body)).toContain('roles-read');
      expect(body).toContain('You hold this for a time only');
      await refuses(holder, [['name', 'Longer'], ['permissions', 'roles-read']], 'permissions', /not for as long/); // prettier-ignore
    });

    it('is made by nobody who may only look, nor by somebody whose grant ended while they typed', async () => {
      const before = await dump(site);
      expect((await send(people.Looker!, [['name', 'X']])).status).toBe(403);
      expect((await send(people.Writer!, [['name', 'X']])).status).toBe(403);
      expect((await send(site.visitor(), [['name', 'X']])).location).toBe('/login');
      await expectUnchanged(site, before);
      const holder = await site.user('ending-soon@example.org');
      await grants.give(operator, 'ending-soon@example.org', 'Keyholder', { until: new Date(Date.now() + 60_000) });
      expect((await holder.get('/admin/roles/new')).status).toBe(200);
      jest.spyOn(site.app.get(Clock), 'now').mockReturnValue(new Date(Date.now() + 61_000));
      expect((await send(holder, [['name', 'X']])).status).toBe(403);
    });

    it('is not made from another site', async () => {
      const before = await dump(site);
      const page = await admin.post('/admin/roles/new', { name: 'X' }, { origin: 'https://evil.example' });
      expect(page.status).toBe(403);
      await expectUnchanged(site, before);
    });

    it('can begin as a copy of another, without what its maker lacks', async () => {
      const ofAdmin = await admin.get(`/admin/roles/new?copy=${await idOf('Host')}`);
      expect(ofAdmin.body).toContain('It begins as a copy of Host');
      expect(ofAdmin.body).toContain('value="&lt;i&gt;Host&lt;/i&gt;"');
      expect(ofAdmin.body).toMatch(/<input id="name"(?![^>]*value=)/);
      expect(ticked(ofAdmin.body)).toEqual(inOrder(runtimeRoles.Host!));
      const ofHolder = await people.Keyholder!.get(`/admin/roles/new?copy=${await idOf('Host')}`);
      expect(ticked(ofHolder.body)).toEqual(inOrder([...area, 'roles-read']));
    });

    it.each(['999999', 'Host', '', '3&copy=4', "1'--"])('is no copy of "%s": there is no such role', async (copy) => {
      expect((await admin.get(`/admin/roles/new?copy=${copy}`)).status).toBe(404);
    });
  });

  describe('giving a role from its page', () => {
    const find = async (name: string, person: Person, words: string) =>
      pageOf(name, person, `?${new URLSearchParams({ person: words }).toString()}`);

    it('finds somebody by words, and leads to the preview and back to the role', async () => {
      const { id } = await make('usher@example.org', ['User']);
      await make('usherette@example.org', ['User']);
      const { body } = await find('Auditor', admin, 'usher');
      const links = [...body.matchAll(/<a href="([^"]*)">Give it to <bdi>([^<]*)<\/bdi><\/a>/g)];
      expect(links.map(([, , name]) => name)).toEqual(['usher@example.org', 'usherette@example.org']);
      const preview = await admin.get(links[0]![1]!.replaceAll('&amp;', '&').replaceAll('&#x3D;', '='));
      expect([preview.status, preview.h1]).toEqual([200, 'Give the role Auditor to usher@example.org']);
      const fields = { change: 'grant', users: String(id), role: 'Auditor', ...hidden(preview.body) };
      const digest = /name="digest" value="([0-9a-f]{64})"/.exec(preview.body)![1]!;
      const done = await admin.post('/admin/users/change', { ...fields, digest });
      expect([done.status, done.location]).toEqual([303, `/admin/roles/${await idOf('Auditor')}`]);
    });

    it('says when nobody is found, or when nothing can be looked for', async () => {
      expect((await find('Auditor', admin, 'nobody-at-all')).body).toContain('Nobody is found by this.');
      const page = await find('Auditor', admin, 'x'.repeat(255));
      expect([page.status, errorOf(page, 'person')]).toEqual([
        422,
        'Enter the beginning only: at most 254 characters.',
      ]);
    });

    it('is only for who may give it, and tells nobody else who there is', async () => {
      for (const name of ['Host', 'Keyholder']) {
        const { body } = await find('Looker', people[name]!, 'holder');
        expect(body).not.toMatch(/Give to somebody|Give it to/);
      }
      const giver = await site.user('giver@example.org');
      await roles.create(operator, { name: 'Giver', description: '', permissions: [...runtimeRoles.Looker!, 'users-read', 'users-write'] }); // prettier-ignore
      await grants.give(operator, 'giver@example.org', 'Giver');
      expect((await find('Looker', giver, 'giver')).body).toContain('Give it to');
      expect((await find('Auditor', giver, 'giver')).body).not.toMatch(/Give to somebody|Give it to/);
      await roles.delete(operator, 'Giver');
    });
  });

  describe('the form that changes a role', () => {
    it('shows it as it is, and names the version that was seen', async () => {
      const role = await roles.byName('Host');
      const { body } = await pageOf('Host', admin, '/edit');
      expect(ticked(body)).toEqual(inOrder(role.permissions));
      expect(body).toContain('<form class="sheet" method="get" action="/admin/roles/change" novalidate>');
      expect(hidden(body)).toEqual({ change: 'edit', role: 'Host', base: versionOf(role) });
      expect(body).toMatch(/<input id="name"[^>]* value="Host"/);
    });

    it('leaves the name of a built-in role as it is', async () => {
      const { body } = await pageOf('Admin', admin, '/edit');
      expect(hidden(body).name).toBe('Admin');
      expect(body).not.toContain('<input id="name"');
    });

    it('is not shown to who lacks something of the role: they could not save it', async () => {
      for (const name of ['Admin', 'Host']) {
        const { body } = await pageOf(name, people.Keyholder, '/edit');
        expect(body).toContain('You can’t change this role');
        expect(body).not.toContain('/admin/roles/change');
        expect((await pageOf(name, people.Keyholder)).body).not.toContain('/edit"');
      }
      expect((await pageOf('Looker', people.Keyholder, '/edit')).body).toContain('/admin/roles/change');
    });

    it('leads to what would change, and saves it as it was typed, without spaces at its ends', async () => {
      await roles.create(operator, { name: 'Ushers', description: '', permissions: ['user-read'] });
      const { body } = await pageOf('Ushers', admin, '/edit');
      const fields = {
        ...hidden(body),
        name: ' Jose\u0301 ',
        description: ' Show the way ',
        permissions: 'users-read',
      };
      const shown = await admin.get(`/admin/roles/change?${new URLSearchParams(fields).toString()}`);
      expect(shown.status).toBe(200);
      const { digest } = hidden(shown.body);
      const saved = await admin.post('/admin/roles/change', { ...fields, digest: digest! });
      const role = await roles.byName('José');
      expect(saved.location).toBe(`/admin/roles/${role.id}`);
      expect(role).toMatchObject({ description: 'Show the way', permissions: ['users-read'] });
    });

    it('says before it is saved or given that it would open nothing, and where permissions are added', async () => {
      const add = async (name: string) => `<a href="/admin/roles/${await idOf(name)}/edit">Add permissions</a>`;
      const { id } = await make('nothing@example.org', ['User']);
      const show = (what: string, fields: Record<string, string>) =>
        admin.get(`/admin/${what}/change?${new URLSearchParams(fields).toString()}`).then(({ body }) => body);
      const base = versionOf(await roles.byName('Host'));
      const edit = (permissions: string) =>
        show('roles', { change: 'edit', role: 'Host', name: 'Host', base, permissions });
      const give = (role: string) => show('users', { change: 'grant', users: String(id), role });
      const none = 'The role has no permissions yet, so it opens nothing.';
      expect(await edit('')).toContain(none);
      expect(await edit('admin-read')).toContain(
        'By itself the role opens no page yet. “Open the administration area” also takes “Administer the settings of the site”.',
      );
      expect(await give('Hollow')).toContain(`${none} ${await add('Hollow')}`);
      for (const opening of [await edit('user-read'), await give('Looker')])
        expect(opening).not.toContain('Add permissions');
    });

    it('has a way to the deletion beside it, but not for what is built in or beyond them', async () => {
      const leads = async (name: string, person: Person) =>
        (await pageOf(name, person)).body.includes('name="change" value="delete"');
      expect(await leads('Host', admin)).toBe(true);
      expect(await leads('Admin', admin)).toBe(false);
      expect(await leads('Looker', people.Keyholder!)).toBe(true);
      expect(await leads('Host', people.Keyholder!)).toBe(false);
      expect(await leads('Looker', people.Looker!)).toBe(false);
    });

    it('names another version when anything of the role was changed', async () => {
      const role = await roles.byName('Host');
      const others = [{ name: 'Hosts' }, { description: '' }, { permissions: role.permissions.slice(1) }];
      const versions = others.map((change) => versionOf({ ...role, ...change }));
      expect(new Set([...versions, versionOf(role)]).size).toBe(4);
      const same = { ...role, holders: 9, permissions: [...role.permissions].reverse() };
      expect(versionOf(same)).toBe(versionOf(role));
    });
  });

  describe('of the permissions', () => {
    it('tells of each its sentence, its roles, and the routes that ask for it', async () => {
      const { body } = await admin.get('/admin/permissions');
      const all = await roles.all();
      for (const name of permissionNames()) {
        const part = new RegExp(`<section class="card" aria-labelledby="${name}">(.*?)</section>`, 's').exec(body)![1]!;
        expect(part).toContain(`>${meaningOf(name)}</h2>`);
        expect(part).toContain(`<code>${name}</code> <span class="quiet">since ${new Date().getUTCDate()} `);
        const carrying = all.filter(({ permissions }) => permissions.includes(name)).map(({ id }) => id);
        expect([...part.matchAll(/href="\/admin\/roles\/(\d+)"/g)].map(([, id]) => Number(id))).toEqual(carrying);
        const asking = site.app.get(AccessMap).entries.filter(({ rule }) => permissionsIn(rule).includes(name));
        const links = [...part.matchAll(/href="\/admin\/access\/route\?route[^"]*">([^<]*)</g)].map(([, text]) => text);
        expect(links).toEqual(asking.map(({ title }) => title));
        expect(part.includes('No page asks for it yet.')).toBe(asking.length === 0);
      }
    });
  });

  it('are served by the handlers of their own addresses, whatever else has a number there', () => {
    const map = site.app.get(AccessMap);
    for (const path of ['/admin/roles/new', '/admin/roles/change', '/admin/roles/3', '/admin/roles/3/edit'])
      expect(map.match('GET', path)?.path).toBe(path.replace('3', ':id'));
  });

  /** An account that nobody signs in to. */
  function make(email: string, held: string[]) {
    return users.create(operator, { email, name: '', passwordHash: '', active: true, roles: held });
  }

  function allOf(...names: string[]): string[] {
    return names.flatMap((name) => (name === 'User' ? ['user-read', 'user-write'] : runtimeRoles[name]!));
  }
});

/** The cells of each row, as they are read. */
function rowsOf(body: string): string[][] {
  return [...body.matchAll(/<tr><th scope="row"(.*?)<\/tr>/g)].map(([row]) =>
    row
      .replace(/<br>.*?<\/th>/, '')
      .split(/<\/th>|<td>/)
      .map((cell) => cell.replace(/<[^>]*>/g, '').trim())
      .filter((cell) => cell !== ''),
  );
}

/** The word of each route, or of GET and POST as one. */
function routesOn({ body }: Page): Record<string, string> {
  const rows = body.matchAll(/<span class="outcome [^>]*>([^<]*)<\/span> <a [^>]*>[^<]*<\/a> <small><code>([^<]*)</g);
  return Object.fromEntries([...rows].map(([, word = '', route = '']) => [route, word]));
}

function holdersOn(body: string): string[] {
  const list = /<ul class="people">(.*?)<\/ul>/s.exec(body)?.[1] ?? '';
  return [...list.matchAll(/[^\s<>]+@[^\s<>]+/g)].map(([email]) => email);
}

function lineOf(body: string, name: string): string {
  return body.split('<li>').find((line) => line.includes(`${name}@example.org`)) ?? '';
}

function boxes(body: string): string[] {
  return [...body.matchAll(/<input [^>]*type="checkbox"[^>]*>/g)].map(([box]) => box);
}

function ticked(body: string): string[] {
  return boxes(body)
    .filter((box) => box.includes(' checked'))
    .map(nameOf);
}

function disabled(body: string): string[] {
  return boxes(body)
    .filter((box) => box.includes(' disabled'))
    .map(nameOf);
}

function nameOf(box: string): string {
  return /value="([^"]*)"/.exec(box)?.[1] ?? '';
}

function hidden(body: string): Record<string, string> {
  const fields = [...body.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)];
  return Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value]));
}

function inOrder(names: readonly string[]): string[] {
  return permissionNames().filter((name) => names.includes(name));
}

function errorOf({ body }: Page, field: string): string {
  const text = new RegExp(`id="${field}-error"[^>]*>(.*?)</p>`).exec(body)?.[1] ?? '';
  return text
    .replace(/<[^>]*>/g, '')
    .replaceAll('&#x27;', "'")
    .replaceAll('&quot;', '"');
}
