import fc from 'fast-check';
import { AccessMap } from '../src/access/access-map';
import { builtInRoleNames, plainRoles } from '../src/access/catalogue';
import '../src/registered-features';
import { operator } from '../src/audit/actor';
import { Database } from '../src/database/database';
import { Grant } from '../src/roles/grant.entity';
import { RolesService } from '../src/roles/roles.service';
import { AccessQuestions } from '../src/explain/access-questions.service';
import { AllUsers } from '../src/directory/all-users.service';
import { UserGrants } from '../src/accounts/user-grants.service';
import { User } from '../src/users/user.entity';
import { UsersService } from '../src/accounts/users.service';
import { unescaped } from './support/forms-of';
import type { Page, Person } from './support/person';
import { valuesOf } from './support/fixtures';
import { filled, type RouteValues } from './support/route-parameters';
import { Site, superuser } from './support/site';
import { somebody } from './support/somebody';

/** Roles made while the site runs, with what they carry. */
const runtimeRoles: Record<string, string[]> = {
  Caretaker: ['admin-read', 'admin-write'],
  Auditor: ['admin-read', 'admin-write', 'roles-read'],
  Host: ['admin-read', 'admin-write', 'roles-read', 'users-read'],
  Half: ['admin-read'],
  '<b>Odd</b>': ['user-read'],
};
const roleNames = [...builtInRoleNames(), ...plainRoles().keys(), ...Object.keys(runtimeRoles)];
const personOf = (role: string) => `holder${roleNames.indexOf(role)}@example.org`;

describe('the access pages', () => {
  let site: Site;
  let admin: Person;
  const people: Record<string, Person> = {};
  let values: RouteValues;
  const users = () => site.app.get(UsersService);
  const grants = () => site.app.get(UserGrants);
  const allUsers = () => site.app.get(AllUsers);
  const routes = () => site.app.get(AccessMap).routes;
  const why = (email: string, route = '') =>
    admin.get(`/admin/access/why?${new URLSearchParams({ email, route }).toString()}`);
  const whoMay = (route: string, more = '') =>
    admin.get(`/admin/access/route?route=${encodeURIComponent(route)}${more}`);

  /** An account that nobody signs in to. */
  const make = (email: string, roles: string[], active = true, name = '') =>
    users().create(operator, { email, name, passwordHash: '', active, roles });

  beforeAll(async () => {
    site = await Site.start();
    admin = await site.admin();
    for (const [name, permissions] of Object.entries(runtimeRoles))
      await site.app.get(RolesService).create(operator, { name, description: '', permissions });
    for (const role of roleNames) {
      people[role] = await site.user(personOf(role));
      await people[role].get('/');
      await grants().give(operator, personOf(role), role);
      if (role !== 'User') await grants().revoke(operator, personOf(role), 'User');
    }
    const { id } = await users().byEmail(superuser.email);
    const linked = await make('linked@example.org', ['User']);
    values = { ...(await valuesOf(site, id)), ...(await valuesOf(site, linked.id, '/welcome/:token')) };
  });
  afterAll(() => site.stop());

  describe('who may see them', () => {
    const pages = ['/admin/access', '/admin/access/route', '/admin/access/why'];

    it.each<[string, number[]]>([
      ['User', [403, 403, 403]],
      ['Half', [403, 403, 403]],
      ['Caretaker', [403, 403, 403]],
      ['Auditor', [200, 200, 403]],
      ['Host', [200, 200, 200]],
      ['Admin', [200, 200, 200]],
    ])('somebody who holds only %s gets %j', async (role, statuses) => {
      const answers = await Promise.all(pages.map((page) => people[role]!.get(page)));
      expect(answers.map(({ status }) => status)).toEqual(statuses);
    });

    it('a visitor is asked to sign in, and comes back to what they asked for', async () => {
      const page = await site.visitor().get('/admin/access/route?route=GET+%2Fadmin');
      expect(page).toMatchObject({
        status: 303,
        location: `/login?next=${encodeURIComponent('/admin/access/route?route=GET+%2Fadmin')}`,
      });
    });

    it('who may see roles but not people sees the rule and no person; who may see people sees them', async () => {
      const path = '/admin/access/route?route=GET+%2Fadmin';
      const auditor = await people.Auditor!.get(path);
      expect(auditor.body).toContain('Admin, or <code>admin-read</code> and <code>admin-write</code>');
      expect(auditor.body).toContain('You may not see people.');
      expect(auditor.body).not.toContain(superuser.email);
      expect((await people.Host!.get(path)).body).toContain(superuser.email);
    });

    it('the page of a route leads its reader there, or to asking for access', async () => {
      const pageFor = async (route: string) =>
        (await people.Auditor!.get(`/admin/access/route?${new URLSearchParams({ route }).toString()}`)).body;
      expect(await pageFor('GET /admin')).toContain('You can use it. <a href="/admin">Open it</a>');
      expect(await pageFor('GET /admin/users')).toContain(
        'You can’t use it. <a href="/access/request?route=GET+%2Fadmin%2Fusers">Ask for access</a>'
          .replaceAll('=', '&#x3D;')
          .replace('href&#x3D;', 'href='),
      );
      expect(await pageFor('GET /login')).not.toMatch(/You can(’t)? use it/);
    });

    it('the navigation leads to them only who may use them', async () => {
      expect((await people.Host!.get('/admin')).body).toContain('href="/admin/access"');
      expect((await people.Caretaker!.get('/admin')).body).not.toContain('href="/admin/access"');
    });
  });

  describe('the map', () => {
    it('names every role and everything that has a title, with headers that a screen reader ties to the cells', async () => {
      const { body } = await admin.get('/admin/access');
      expect(headingsOf(body)).toEqual(['Page or action', 'visitor', ...roleNames.map(escaped)]);
      const { entries } = site.app.get(AccessMap);
      expect(Object.keys(gridOf(body)).sort()).toEqual(entries.map(({ name }) => name).sort());
      for (const { title } of entries) expect(body).toContain(`>${title}</a>`);
      expect(body.match(/<main.*<\/main>/s)![0]).not.toMatch(/(GET|POST) \//);
      expect(areasOf(body)).toEqual([...new Set(entries.map(({ area }) => area))]);
      expect(body).toMatch(/<caption[^>]*>[^<]+<\/caption>/);
      expect(body).not.toContain('<b>Odd</b>');
    });

    it.each(['visitor', ...roleNames])('says of %s what the guard does', async (who) => {
      const { body } = await admin.get('/admin/access');
      const column = headingsOf(body).indexOf(escaped(who)) - 1;
      const person = people[who] ?? site.visitor();
      const grid = gridOf(body);
      for (const { method, path } of routes().filter(({ method }) => method === 'GET')) {
        const route = `${method} ${path}`;
        const words = grid[site.app.get(AccessMap).entryOf(route)!.name]!;
        const word = wordFor(path, await person.get(filled(path, values)));
        // Of what is somebody else's, "own" says that it is closed.
        expect([route, words[column]?.replace('own', 'closed')]).toEqual([route, word]);
      }
    });

    it('says once what all of an area takes, and of each page only what it takes besides', async () => {
      const { body } = await admin.get('/admin/access');
      const shared = 'Admin, or <code>admin-read</code> and <code>admin-write</code>';
      expect(body.split(shared)).toHaveLength(2);
      expect(body).toContain(`Everything here takes: ${shared}</p>`);
      expect(body).toContain('>Read the audit log</a> <small class="quiet"><code>audit-read</code></small></th>');
      expect(body).toContain('>Open the administration area</a></th>');
    });

    it('says of each role to how much of an area it opens', async () => {
      const { body } = await admin.get('/admin/access');
      const { entries } = site.app.get(AccessMap);
      const administration = entries.filter(({ area }) => area === 'Administration').length;
      const row = /<details><summary>Administration.*?<\/tr>/s.exec(body)?.[0] ?? '';
      const totals = [...row.matchAll(/<td><span[^>]*>(\d+)<\/span><span [^>]*> of (\d+)</g)].map(([, n, all]) => [
        n,
        all,
      ]);
      expect(totals[headingsOf(body).indexOf('Admin') - 1]).toEqual([`${administration}`, `${administration}`]);
      expect(totals[headingsOf(body).indexOf('Half') - 1]).toEqual(['0', `${administration}`]);
    });

    it('shows the roles that are chosen, of those that there are', async () => {
      const { body } = await admin.get('/admin/access?role=Half&role=Admin&role=Gone');
      expect(headingsOf(body)).toEqual(['Page or action', 'visitor', 'Admin', 'Half']);
      expect([...body.matchAll(/name="role" value="([^"]*)" checked/g)].map(([, name]) => name)).toEqual([
        'Admin',
        'Half',
      ]);
      const many = Array.from({ length: 16 }, (_, i) => `role=Crew+${i}`).join('&');
      const refused = await admin.get(`/admin/access?${many}`);
      expect([refused.status, errorOf(refused, 'role')]).toEqual([422, 'Choose at most 15 roles at a time.']);
    });

    it('has its areas folded, or all unfolded', async () => {
      const openOn = async (path: string) =>
        (await admin.get(path)).body.match(/<details open><summary>/g)?.length ?? 0;
      const areas = new Set(site.app.get(AccessMap).entries.map(({ area }) => area)).size;
      expect([await openOn('/admin/access'), await openOn('/admin/access?unfold=all')]).toEqual([0, areas]);
    });

    it('stays a page with two hundred roles', async () => {
      const roles = site.app.get(RolesService);
      const many = Array.from({ length: 200 - roleNames.length }, (_, i) => `Crew ${i}`);
      for (const name of many) await roles.create(operator, { name, description: '', permissions: ['user-read'] });
      const page = await admin.get('/admin/access');
      expect(headingsOf(page.body)).toHaveLength(17);
      expect(page.body.match(/name="role"/g)).toHaveLength(200);
      for (const name of many) await roles.delete(operator, name);
    });
  });

  describe('the people of a route', () => {
    const emails = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => `gate${String(from + i).padStart(3, '0')}@example.org`);

    it('are told in words where a list would say nothing', async () => {
      expect((await whoMay('GET /')).body).toContain('Anyone, signed in or not.');
      expect((await whoMay('GET /login')).body).toContain('Anyone who is not signed in.');
      expect((await whoMay('POST /logout')).body).toContain('Everybody with an active account.');
    });

    it('come fifty at a time, each once, without those who are not active or whose grant has ended', async () => {
      const { read } = site.app.get(Database);
      const already = await everybody();
      for (const email of emails(0, 120)) await make(email, ['Caretaker']);
      await make('asleep@example.org', ['Admin'], false);
      const ended = await make('ended@example.org', ['Admin']);
      const lasting = await make('lasting@example.org', ['Admin']);
      await endGrants(ended, new Date(Date.now() - 1000));
      await endGrants(lasting, new Date(Date.now() + 3_600_000));
      const pages = await pagesOf('GET /admin');
      const expected = [...already, ...emails(0, 120), 'lasting@example.org'];
      expect(pages.flat()).toEqual(expected);
      expect(pages.map((page) => page.length)).toEqual([50, 50, expected.length - 100]);
      expect(await read.countBy(User, { active: false })).toBe(1);
    });

    it('are exactly those whom the guard lets in, for every route', async () => {
      for (const { rule, method, path } of routes()) {
        if (rule.kind !== 'all-of') continue;
        const found: string[] = [];
        for await (const { email } of site.app.get(AccessQuestions).everybodyWhoMay(rule, 7)) found.push(email);
        const allowed: string[] = [];
        for await (const { user } of allUsers().everybody()) {
          const route = site.app.get(AccessMap).route(`${method} ${path}`)!;
          const { decision } = await site.app.get(AccessQuestions).explain(user.email, route);
          if (decision.allowed) allowed.push(user.email);
        }
        expect([path, found]).toEqual([path, allowed]);
      }
    });

    it('are nobody further beyond the last page, and the first page where the page is no number', async () => {
      expect((await whoMay('GET /admin', '&after=999999999')).body).toContain('Nobody further.');
      expect(peopleOn((await whoMay('GET /admin', '&after=x')).body)).toContain(superuser.email);
    });

    async function everybody(): Promise<string[]> {
      return (await pagesOf('GET /admin')).flat();
    }

    async function pagesOf(route: string): Promise<string[][]> {
      const pages: string[][] = [];
      for (let page = await whoMay(route); ;) {
        pages.push(peopleOn(page.body));
        const next = /href="([^"]*)" rel="next"/.exec(page.body)?.[1];
        if (!next) return pages;
        page = await admin.get(unescaped(next));
      }
    }

    async function endGrants({ id }: User, until: Date): Promise<void> {
      await site.app.get(Database).changeAccess((manager) => manager.update(Grant, { userId: id }, { until }));
    }
  });

  describe('why', () => {
    it.each([
      ['Admin', 'GET /admin', 'can open the administration area', 'holds the role Admin'],
      [
        'Caretaker',
        'GET /admin',
        'can open the administration area',
        'holds <code>admin-read</code> through the role Caretaker',
      ],
      ['User', 'GET /admin', 'can’t open the administration area', 'Sorry, you must be an Admin to access this page'],
      ['Half', 'GET /admin', 'can’t open the administration area', 'hold the permission <code>admin-write</code>'],
      [
        'User',
        'POST /admin/roles/new',
        'can’t create a role',
        '<small><code>GET, POST /admin/roles/new</code></small>',
      ],
      ['User', 'GET /login', 'can’t sign in', 'they are signed in already'],
      ['User', 'GET /', 'can open the home page', 'the page is open to anyone'],
      ['User', 'GET /account', 'can see their account', 'through the role User'],
      ['User', 'GET /verify', 'can prove again who they are', 'they are signed in'],
      ['User', 'GET /users/:id/history', 'can read an account’s audit log only for their own account', ''],
    ])('%s at %s: %s, because %s', async (role, route, can, because) => {
      const { status, body } = await why(personOf(role), route);
      expect(status).toBe(200);
      expect(body).toContain(`<bdi>${personOf(role)}</bdi> ${can}.</h2>`);
      expect(body).toContain(because);
    });

    it('counts who is not active as a visitor', async () => {
      await make('resting@example.org', ['Admin'], false);
      const { body } = await why('resting@example.org', 'GET /admin');
      expect(body).toContain('is not active, and so counts as a visitor');
      expect(body).toContain('they must sign in first');
      expect(body).toMatch(/href="\/admin\/users\/change\?change=activate&amp;users=\d+">Activate it</);
    });

    it('shows a name as text, whatever it is', async () => {
      const { id } = await make('odd@example.org', ['Admin'], true, '<script>alert(1)</script>');
      const pages = [await why('odd@example.org', 'GET /admin'), await whoMay('GET /admin', `&after=${id - 1}`)];
      for (const page of pages) {
        expect(page.body).toContain('&lt;script&gt;');
        expect(page.body).not.toContain('<script>');
      }
    });

    it.each([
      ['an unknown address', { email: 'nobody@example.org', route: 'GET /admin' }, 'person', /There is no user/],
      ['what is no address', { email: '<i>', route: 'GET /admin' }, 'person', /Enter an e-mail address/],
      ['an unknown route', { email: superuser.email, route: 'GET /no/such' }, 'page', /no such page or action/],
      ['words that find nobody', { person: 'xyzzy' }, 'person', /Nobody is found by this/],
      ['words that find no page', { person: superuser.email, page: 'xyzzy' }, 'page', /no such page or action/],
      ['a page alone', { person: '', page: 'audit log' }, 'person', /Enter the beginning of a name/],
    ])('answers %s with the form again, and the error beside its field', async (_case, sent, field, message) => {
      const page = await admin.get(`/admin/access/why?${new URLSearchParams(sent).toString()}`);
      expect(page.status).toBe(422);
      expect(errorOf(page, field)).toMatch(message);
      for (const typed of Object.values(sent)) expect(page.body).toContain(`value="${escaped(typed)}"`);
    });

    it('finds whom and what by the beginning of their words, and offers the choice where several are found', async () => {
      const ask = (sent: Record<string, string>) =>
        admin.get(`/admin/access/why?${new URLSearchParams(sent).toString()}`);
      await make('nina@example.org', ['Auditor'], true, 'Nina Zebrowska');
      await make('noor@example.org', ['User'], true, 'Noor Zebrowska');
      const answer = await ask({ person: 'nina zeb', page: 'access map' });
      expect(answer.body).toContain('<bdi>Nina Zebrowska</bdi> can see the access map.</h2>');
      const several = await ask({ person: 'zebrowska', page: 'access map' });
      expect(several.body).toContain('Who do you mean?');
      expect(hrefsOf(several.body, 'Nina Zebrowska')).toEqual([
        `/admin/access/why?${new URLSearchParams({ email: 'nina@example.org', route: 'GET /admin/access' }).toString()}`,
      ]);
      const pages = await ask({ person: 'noor', page: 'role' });
      expect(pages.body).toContain('Which page or action do you mean?');
      const [href] = hrefsOf(pages.body, 'Edit a role');
      expect((await admin.get(href!)).body).toContain('<bdi>Noor Zebrowska</bdi> can’t edit a role.</h2>');
      expect((await ask({ person: 'noor' })).body).toContain('Everything <bdi>Noor Zebrowska</bdi> can do');
    });

    it('says by which grant, and what it takes where there is none: a role, the smallest first, or one with just this', async () => {
      await make('olga@example.org', [], true, 'Olga');
      const grantsOf = site.app.get(UserGrants);
      const giver = await somebody(site, ['Admin']);
      await grantsOf.give(giver.actor, 'olga@example.org', 'Auditor');
      await grantsOf.give(operator, 'olga@example.org', 'Half', {
        reason: 'For the fair',
        until: new Date('2099-06-30T00:00Z'),
      });
      const allowed = (await why('olga@example.org', 'GET /admin/access')).body;
      expect(allowed).toMatch(/>Auditor<\/a> gives it: they have it without an end, given on \d+ \w+ \d{4} by <a /);
      expect(allowed).toContain(`<a href="/admin/users/${giver.id}">${giver.name}</a>.</p>`);
      expect(allowed).not.toContain('>Half</a> gives it');
      expect(allowed).not.toContain('What would let them');
      const refused = (await why('olga@example.org', 'GET /admin/access/why')).body;
      const given = [...refused.matchAll(/">Give them ([^<]*)<\/a>\s*<span class="quiet">(.*?)<\/span>/g)];
      expect(given.map(([, role]) => role)).toEqual(['Host', 'Admin']);
      expect(given[0]![2]).toBe('gives just what is missing');
      expect(given[1]![2]).toContain('lets them also: ');
      expect(refused).not.toContain('Make a role with just this');
      const audit = (await why('olga@example.org', 'GET /admin/audit')).body;
      const [, href] = /<a class="button secondary" href="([^"]*)">Make a role with just this/.exec(audit) ?? [];
      expect(href).toBe('/admin/roles/new?permissions&#x3D;audit-read');
      const form = (await admin.get(unescaped(href!))).body;
      expect([...form.matchAll(/value="([^"]*)" checked/g)].map(([, name]) => name)).toEqual(['audit-read']);
    });

    it('offers to give only what who asks can pass on', async () => {
      const { body } = await people.Host!.get('/admin/access/why?email=olga@example.org&route=GET+/admin/audit');
      expect(body).toContain('<strong>Admin</strong>, which you can’t give');
      expect(body).not.toMatch(/Give them|roles\/new\?permissions/);
    });

    it('answers an unknown route on the page of a route likewise', async () => {
      const page = await whoMay('GET /no/such');
      expect(page.status).toBe(422);
      expect(errorOf(page, 'page')).toMatch(/There is no such page or action/);
      const several = await admin.get('/admin/access/route?page=account');
      expect(hrefsOf(several.body, 'See your account')).toEqual(['/admin/access/route?route=GET+%2Faccount']);
      const one = await admin.get('/admin/access/route?page=see+your+account');
      expect(one.body).toContain('<h2 id="rule">See your account</h2>');
    });

    it('agrees with the guard, whoever asks for whichever page', async () => {
      const paths = routes().filter(({ method }) => method === 'GET');
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...roleNames), fc.constantFrom(...paths), async (role, route) => {
          const page = await why(personOf(role), `GET ${route.path}`);
          const shown = await people[role]!.get(filled(route.path, values));
          const [, can, rest] = /<\/bdi> (can|can’t) (.*)\.<\/h2>/.exec(page.body) ?? [];
          const isOpen = can === 'can' && !/only for/.test(rest ?? '');
          expect([role, route.path, isOpen]).toEqual([role, route.path, wordFor(route.path, shown) === 'open']);
        }),
        { numRuns: 60 },
      );
    });
  });
});

function headingsOf(body: string): string[] {
  return [...body.matchAll(/<th scope="col">(?:<(?:a|span)[^>]*>)?([^<]*)/g)].map(([, text = '']) => text);
}

function areasOf(body: string): string[] {
  return [...body.matchAll(/<th scope="rowgroup"><details[^>]*><summary>([^<]*) </g)].map(([, area = '']) => area);
}

/** The words of each row, by the name that it links to. */
function gridOf(body: string): Record<string, string[]> {
  const rows = [...body.matchAll(/<tr><th scope="row"><a href="([^"]*)">(.*?)<\/tr>/g)];
  return Object.fromEntries(
    rows.map(([, href = '', cells = '']) => [
      new URL(unescaped(href), 'http://localhost').searchParams.get('route')!,
      [...cells.matchAll(/<td><span [^>]*><span>([^<]*)</g)].map(([, word]) => word!),
    ]),
  );
}

function wordFor(path: string, { status, location }: Page): string {
  if (status === 403) return 'closed';
  // A step of signing in leads back to the first.
  if (status === 303 && location?.startsWith('/login') && !path.startsWith('/login/')) return 'sign in';
  if (status === 303 && location === '/') return 'sent on';
  // Or the page itself leads to another.
  return status === 200 || status === 303 ? 'open' : String(status);
}

function peopleOn(body: string): string[] {
  const list = /<ul class="people">(.*?)<\/ul>/s.exec(body)?.[1] ?? '';
  return [...list.matchAll(/<li>.*?<bdi>([^<]*@[^<]*)<\/bdi>/g)].map(([, email = '']) => email);
}

function errorOf({ body }: Page, field: string): string {
  return new RegExp(`id="${field}-error"[^>]*>([^<]*)<`).exec(body)?.[1] ?? '';
}

function hrefsOf(body: string, label: string): string[] {
  const links = [...body.matchAll(/<a href="([^"]*)">(?:<bdi>)?([^<]*)</g)];
  return links.filter(([, , words]) => words === label).map(([, href = '']) => unescaped(href));
}

function escaped(text: string): string {
  return text.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
