import { get } from 'node:http';
import { UserGrants } from '../src/accounts/user-grants.service';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { SignInEvents } from '../src/audit/sign-in-events';
import { Database } from '../src/database/database';
import { AccessQuestions } from '../src/explain/access-questions.service';
import { Grant } from '../src/roles/grant.entity';
import { RolesService } from '../src/roles/roles.service';
import { storedWords } from '../src/text/search-words';
import { UserWord } from '../src/users/user-word.entity';
import { User } from '../src/users/user.entity';
import { formsOf, press, unescaped } from './support/forms-of';
import { Page, type Person } from './support/person';
import { anOpenRequest } from './support/requests';
import { Site, superuser } from './support/site';
import { somebody } from './support/somebody';

const administration = ['admin-read', 'admin-write'];

/** Roles made while the site runs, with what they carry. */
const made: Record<string, string[]> = {
  Caretaker: administration,
  Reader: ['users-read'],
  Host: [...administration, 'users-read'],
  Clerk: [...administration, 'users-read', 'audit-read'],
  Crew: [],
};

describe('the pages of people', () => {
  let site: Site;
  let admin: Person;
  const people: Record<string, Person> = {};
  const users = () => site.app.get(UsersService);
  const grants = () => site.app.get(UserGrants);

  /** An account that nobody signs in to. */
  const make = (email: string, name = '', more: { active?: boolean; roles?: string[] } = {}) =>
    users().create(operator, { email, name, passwordHash: 'of nobody', active: true, roles: ['User'], ...more });
  const list = (query: Record<string, string>) => admin.get(`/admin/users?${new URLSearchParams(query).toString()}`);
  const found = async (query: Record<string, string>) => emailsOn(await list(query));

  beforeAll(async () => {
    site = await Site.start();
    admin = await site.admin();
    for (const [name, permissions] of Object.entries(made)) {
      await site.app.get(RolesService).create(operator, { name, description: '', permissions });
      const email = `${name.toLowerCase()}@example.net`;
      people[name] = await site.user(email);
      await people[name].get('/');
      await grants().give(operator, email, name);
    }
    people.User = await site.user('plain@example.net');
  });
  afterAll(() => site.stop());

  describe('who may see them', () => {
    const pages = ['/admin/users', '/admin/users/1', '/admin/users/export'];
    const statuses = (person: Person) => Promise.all(pages.map(async (page) => (await person.get(page)).status));

    it.each<[string, number]>([
      ['User', 403],
      ['Reader', 403],
      ['Caretaker', 403],
      ['Host', 200],
    ])('somebody who holds %s gets %d', async (role, status) => {
      expect(await statuses(people[role]!)).toEqual([status, status, status]);
    });

    it('a visitor is asked to sign in', async () => {
      expect(await statuses(site.visitor())).toEqual([303, 303, 303]);
    });

    it('the navigation and the names of people lead there only who may', async () => {
      const host = (await people.Host!.get('/admin')).body;
      expect(host).toContain('href="/admin/users"');
      expect(host).toMatch(/href="\/admin\/users\/\d+"/);
      expect((await people.Caretaker!.get('/admin')).body).not.toContain('/admin/users');
    });

    it('who may not change people is offered no change', async () => {
      for (const page of ['/admin/users', '/admin/users/1']) {
        expect((await people.Host!.get(page)).body).not.toContain('"/admin/users/change');
        expect((await admin.get(page)).body).toContain('"/admin/users/change');
      }
    });
  });

  describe('the list', () => {
    beforeAll(async () => {
      await make('first@example.com', 'José Ñandú');
      await make('second@example.com', 'Twin Name', { active: false });
      await make('third@example.com', 'Twin Name', { roles: ['User', 'Crew'] });
      await make('twin@example.com', 'Twin Too');
    });

    it('is searched by the beginning of any word of a name or an address, accents and case apart, each person once', async () => {
      expect(await found({ search: 'jose nan' })).toEqual(['first@example.com']);
      expect(await found({ search: 'TWIN' })).toEqual(['twin@example.com', 'second@example.com', 'third@example.com']);
      expect(await found({ search: ' Second@EXAMPLE' })).toEqual(['second@example.com']);
      expect(await found({ search: 'name' })).toEqual(['second@example.com', 'third@example.com']);
      expect(await found({ search: 'nandu' })).toEqual(['first@example.com']);
      expect(await found({ search: 'ame' })).toEqual([]);
    });

    it('is filtered by role, state and days without a sign-in', async () => {
      expect(await found({ role: 'Crew', search: 'twin' })).toEqual(['third@example.com']);
      expect(await found({ state: 'not active' })).toEqual(['second@example.com']);
      const unconfirmed = await found({ state: 'not confirmed' });
      expect(unconfirmed).toContain('plain@example.net');
      expect(unconfirmed).not.toContain('twin@example.com');
      expect(await found({ state: 'not confirmed', search: 'plain' })).toEqual(['plain@example.net']);
      expect(await found({ away: '1', search: 'twin', state: 'active' })).toEqual([
        'twin@example.com',
        'third@example.com',
      ]);
      expect(await found({ away: '1' })).not.toContain(superuser.email);
    });

    it('lists under a role only those for whom it counts now', async () => {
      await grants().give(operator, 'twin@example.com', 'Crew');
      await endGrant('twin@example.com', 'Crew');
      expect(await found({ role: 'Crew', search: 'twin' })).toEqual(['third@example.com']);
    });

    it.each(["' OR 1=1 --", '%', '_', '\\', '"', '*', ');DROP TABLE users;--', '\u{10FFFF}'])(
      'takes %s for the text that it is',
      async (search) => {
        const page = await list({ search });
        expect([page.status, emailsOn(page)]).toEqual([200, []]);
        expect(page.body).toContain('Nobody is found. Type the beginning of a name');
        expect(emailsOn(await list({ search: '' })).length).toBeGreaterThan(5);
      },
    );

    const linkOn = ({ body }: Page, words: string) => {
      const href = new RegExp(`<a href="([^"]*)"[^>]*>${words}</a>`).exec(body)?.[1];
      return href && unescaped(href);
    };

    it('is sorted by its headings, which turn the order round', async () => {
      for (const [words, first, second] of [
        ['Address', 'address', 'address-down'],
        ['Last sign-in', 'last-sign-in', 'longest-away'],
        ['Joined', 'oldest', 'newest'],
      ] as const) {
        const once = await admin.get(linkOn(await list({ search: '' }), words)!);
        expect(once.body).toContain(`<option value="${first}" selected>`);
        expect(once.body).toMatch(new RegExp(`aria-sort="(ascending|descending)"><a [^>]*>${words}<`));
        const twice = await admin.get(linkOn(once, words)!);
        expect(twice.body).toContain(`<option value="${second}" selected>`);
        expect(once.body.match(/aria-sort/g)).toHaveLength(1);
      }
      const searched = await list({ search: 'twin', sort: 'address' });
      expect([linkOn(searched, 'Address'), searched.body.includes('aria-sort')]).toEqual([undefined, false]);
      expect(searched.body).toContain('Sorted by the word that matches, A to Z.');
    });

    it('says what it is narrowed to, each of which can be taken away', async () => {
      const page = await list({ search: 'twin', role: 'User', state: 'active', away: '1' });
      const chips = page.body.matchAll(
        /<a href="([^"]*)"><span class="visually-hidden">Without <\/span><bdi>(.*?)<\/bdi>/g,
      );
      const without = new Map([...chips].map(([, href = '', words = '']) => [words, unescaped(href)]));
      expect([...without.keys()]).toEqual(['“twin”', 'User', 'active', 'no sign-in for 1 day']);
      expect(without.get('User')).toBe('/admin/users?search=twin&state=active&away=1');
      expect(emailsOn(await admin.get(without.get('active')!))).toContain('second@example.com');
      expect((await list({})).body).not.toContain('Without ');
    });

    it('says how many they are', async () => {
      const countOn = ({ body }: Page) => /<p class="count">([\d,+]*)</.exec(body)?.[1];
      const [row] = await site.database.query<{ count: number | string }>('SELECT COUNT(*) AS count FROM users');
      expect(countOn(await list({}))).toBe(String(row!.count));
      expect(countOn(await list({ search: 'twin' }))).toBe('3');
      expect(countOn(await list({ search: 'twin', state: 'active' }))).toBe('2');
      expect(countOn(await list({ search: 'nobody at all' }))).toBe('0');
    });

    it('shows a name as text, whatever it is', async () => {
      const { id } = await make('odd@example.com', '<script>alert(1)</script>');
      for (const page of [await list({ search: '<script>' }), await admin.get(`/admin/users/${id}`)]) {
        expect(page.body).toContain('&lt;script&gt;');
        expect(page.body).not.toContain('<script>');
      }
      expect((await list({ search: '"><script>' })).body).not.toContain('<script>');
    });

    it.each([
      ['search=a&search=b', 'search', 'Enter one text.'],
      ['search=a%00', 'search', 'Names and addresses have no control characters.'],
      [`search=${'a'.repeat(255)}`, 'search', 'Enter the beginning only'],
      ['role=Nobody', 'role', 'There is no such role.'],
      ['role=User&role=Admin', 'role', 'Choose one role.'],
      ['state=asleep', 'state', 'Choose one of the states.'],
      ['away=0', 'away', 'Enter a number of days, from 1 to 9999.'],
      ['away=1e3', 'away', 'Enter a number of days, from 1 to 9999.'],
      ['sort=password_hash', 'sort', 'Choose one of the orders.'],
    ])('refuses %s beside its field', async (query, field, sentence) => {
      for (const path of ['/admin/users', '/admin/users/export']) {
        const page = await admin.get(`${path}?${query}`);
        expect([path, page.status]).toEqual([path, 422]);
        expect(new RegExp(`id="${field}-error"[^>]*>([^<]*)<`).exec(page.body)?.[1]).toContain(sentence);
        expect(page.body).toContain('<option value="Crew">Crew</option>');
      }
    });

    it.each(['x', 'id', 'id.x.', 'email.1.a', 'id.99999999999.', "id.1' OR 1=1", 'role.1.', 'id.1.&after=id.2.'])(
      'refuses the forged cursor %s',
      async (after) => {
        const page = await admin.get(`/admin/users?after=${after}`);
        expect(page.status).toBe(422);
        expect(page.body).toContain('There is no such page of the list.');
      },
    );

    it('refuses a forged moment, and a cursor of another list shows nobody who was not searched for', async () => {
      expect((await list({ sort: 'longest-away', after: 'signed-in.1.x' })).status).toBe(422);
      expect(await found({ search: 'twin', after: 'word.1.twin f' })).toEqual([
        'second@example.com',
        'third@example.com',
      ]);
      expect((await list({ after: 'id.1.' })).body).toContain('There is nobody further.');
    });

    it('walks through everybody of one name, each once, whoever joins meanwhile', async () => {
      const row = { name: 'Same Name', accessVersion: 'x', createdAt: new Date() };
      const rows = Array.from({ length: 120 }, (_, i) => ({ ...row, email: `same${i}@example.com` }));
      await site.app.get(Database).changeAccess(async (manager) => {
        await manager.insert(User, rows);
        const same = await manager.findBy(User, { name: 'Same Name' });
        const words = same.flatMap((user) => storedWords(user).map((word) => ({ word, userId: user.id })));
        await manager.insert(UserWord, words);
      });
      const seen: string[] = [];
      const sizes: number[] = [];
      for (let page = await list({ search: 'same n' }); ;) {
        seen.push(...emailsOn(page));
        sizes.push(emailsOn(page).length);
        await make(`another${seen.length}@example.com`, 'Another');
        const next = /href="([^"]*)" rel="next"/.exec(page.body)?.[1];
        if (!next) break;
        page = await admin.get(unescaped(next));
      }
      expect(sizes).toEqual([50, 50, 20]);
      expect(seen).toEqual(Array.from({ length: 120 }, (_, i) => `same${i}@example.com`));
    });
  });

  describe('who is chosen in the list', () => {
    const people = ['ann', 'ben', 'cay'].map((name) => `${name}@chosen.example`);
    let ids: number[];
    beforeAll(async () => {
      ids = [];
      for (const email of people) ids.push((await make(email, 'Chosen One')).id);
    });

    const boxesOn = (page: Page) =>
      formsOf(page).flatMap(({ inputs }) => inputs.filter(({ name }) => name === 'users'));
    const tickedOn = (page: Page) =>
      boxesOn(page)
        .filter(({ isSent }) => isSent)
        .map(({ value }) => Number(value));
    const hrefOn = ({ body }: Page, words: string) =>
      unescaped(new RegExp(`href="([^"]*)">${words}</a>`).exec(body)?.[1] ?? 'no such link');

    it('is ticked again where a change is left, with what was typed for it', async () => {
      const shown = await list({ search: 'chosen one' });
      const [first, second] = ids as [number, number];
      const sent = { change: 'grant', users: `${first},${second}`, next: '/admin/users?search=chosen+one#list' };
      const asked = await admin.get(`/admin/users/change?${new URLSearchParams(sent).toString()}`);
      // They have one name.
      expect(asked.h1).toBe(`Give a role to Chosen One (${people[0]}) and Chosen One (${people[1]})`);
      const typed = { ...sent, role: 'Crew', until: '2099-01-31', reason: 'Summer' };
      const preview = await admin.get(`/admin/users/change?${new URLSearchParams(typed).toString()}`);
      const list2 = await admin.get(hrefOn(preview, 'Cancel'));
      expect(emailsOn(list2)).toEqual(emailsOn(shown));
      expect(tickedOn(list2).sort((a, b) => a - b)).toEqual([first, second]);
      const { page } = await press(admin, list2, /^Give a role$/);
      expect(page.h1).toBe(`Give the role Crew to Chosen One (${people[0]}) and Chosen One (${people[1]})`);
      expect(page.body).toContain('value="2099-01-31"');
      expect(page.body).toContain('>\nSummer</textarea>');
    });

    it('is everybody on the page, or everybody who is searched for, by a link', async () => {
      const shown = await list({ search: 'chosen one' });
      expect(tickedOn(shown)).toEqual([]);
      const page = await admin.get(hrefOn(shown, 'all on this page'));
      expect(tickedOn(page)).toHaveLength(3);
      expect(tickedOn(await admin.get(hrefOn(page, 'nobody')))).toEqual([]);
      const everybody = await list({ search: 'chosen one', tick: 'matching' });
      const { path, page: preview } = await press(admin, everybody, /^Deactivate$/);
      expect(path).not.toContain('users=');
      const [ann, ben, cay] = people.map((email) => `Chosen One (${email})`);
      expect(preview.h1).toBe(`Deactivate ${ann}, ${ben} and ${cay}`);
      const back = await admin.get(hrefOn(preview, 'Cancel'));
      expect(back.body).toContain('name="matching"');
      const late = await make('dan@chosen.example', 'Chosen One');
      const { page: stale } = await press(admin, preview, /^Deactivate 3 people$/);
      expect([stale.status, stale.h1]).toEqual([409, 'Deactivate 4 people']);
      const { page: done } = await press(admin, stale, /^Deactivate 4 people$/);
      expect([done.status, done.location]).toEqual([303, '/admin/users?search=chosen+one#list']);
      const states = await Promise.all([...ids, late.id].map((id) => users().findById(id)));
      expect(states.map((user) => user?.active)).toEqual([false, false, false, false]);
    });

    it.each(['x', '0', '-1', '99999999999', "1' OR 1=1"])('is nobody for the number %s', async (number) => {
      expect(tickedOn(await list({ search: 'chosen one', users: number }))).toEqual([]);
    });

    it('is offered the roles that they lack, and whoever takes one away those that they have', async () => {
      const { id } = await make('eve@chosen.example', 'Eve', { roles: ['User', 'Crew'] });
      // Features may bring others.
      const known = ['User', 'Admin', ...Object.keys(made)];
      const rolesOn = (page: Page) =>
        formsOf(page)
          .flatMap(({ inputs, buttons }) => [...inputs, ...buttons].filter(({ name }) => name === 'role'))
          .map(({ value }) => value)
          .filter((value) => known.includes(value));
      const choose = (change: string, of: string) => admin.get(`/admin/users/change?change=${change}&users=${of}`);
      expect(rolesOn(await choose('grant', String(id)))).toEqual(['Admin', 'Caretaker', 'Reader', 'Host', 'Clerk']);
      expect(rolesOn(await choose('revoke', String(id)))).toEqual(['User', 'Crew']);
      const ofTwo = await choose('grant', `${id},${ids[0]}`);
      expect(rolesOn(ofTwo)).toContain('Crew');
      expect(ofTwo.body).toContain('1 of them has it');
      const { page } = await press(admin, await choose('revoke', String(id)), /^Crew/);
      expect(page.h1).toBe('Take the role Crew from Eve');
    });

    it('is offered no role that the reader can’t give, which stands folded beside them', async () => {
      await site.app.get(RolesService).create(operator, {
        name: 'Registrar',
        description: '',
        permissions: [...administration, 'users-read', 'users-write'],
      });
      const registrar = await site.as('Registrar');
      const { id } = await make('fay@chosen.example', 'Fay');
      const { body, status } = await registrar.get(`/admin/users/change?change=grant&users=${id}`);
      expect(status).toBe(200);
      const folded = /<details>.*?<\/details>/s.exec(body.slice(body.indexOf('<main')))?.[0] ?? '';
      expect([folded.includes('Admin'), folded.includes('Clerk')]).toEqual([true, true]);
      expect(body).not.toContain('value="Clerk"');
      expect(body).toContain('value="Host"');
    });
  });

  describe('the page of a person', () => {
    it('shows their roles and until when they hold them, what these carry, and what lets them in, as the guard decides', async () => {
      const { id } = await make('told@example.com', 'Told', { roles: ['User', 'Host'] });
      const until = new Date(Date.now() + 86_400_000);
      const giver = await somebody(site, ['Admin', 'Host', 'Clerk']);
      await grants().give(giver.actor, 'told@example.com', 'Clerk', { until, reason: 'for the summer' });
      await grants().give(operator, 'told@example.com', 'Crew');
      await endGrant('told@example.com', 'Crew');
      const { body, title } = await admin.get(`/admin/users/${id}`);
      expect(title).toBe('Told · Music Festival Organizer');
      expect(body).toContain(`${giver.name} gave a role to Told: Clerk<`);
      for (const words of ['for the summer', `by <a href="/admin/users/${giver.id}">${giver.name}</a>`, 'has ended'])
        expect(body).toContain(words);
      expect(body).toContain('holds <code>audit-read</code> through the role Clerk until');
      expect(body).toContain('holds <code>users-read</code> through the role Host');
      const { decisions } = await site.app.get(AccessQuestions).explainEverything('told@example.com');
      const isOpen = ({ decision }: (typeof decisions)[number]) => decision.allowed || decision.refusal === 'depends';
      const titles = (some: typeof decisions) => some.map(({ entry }) => entry.title).sort();
      expect(toldIn(body, 'can')).toEqual(titles(decisions.filter(isOpen)));
      expect(toldIn(body, 'cannot')).toEqual(titles(decisions.filter((one) => !isOpen(one))));
      expect(body).not.toContain('of nobody');
    });

    it('says of who is not active that nothing counts', async () => {
      const { id } = await make('resting@example.com', '', { active: false, roles: ['Admin'] });
      const { body } = await admin.get(`/admin/users/${id}`);
      expect(body).toContain('This account is not active');
      expect(toldIn(body, 'can')).not.toContain('Open the administration area');
      expect(toldIn(body, 'cannot')).toContain('Open the administration area');
      expect(body).toContain('None while the account is not active.');
      expect(body).not.toContain('through the role Admin');
    });

    it('shows where they are signed in, and which of it is here, without what opens the session', async () => {
      const other = site.visitor();
      await other.post('/login', superuser, { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0' });
      const { body } = await admin.get('/admin/users/1');
      expect(body).toContain('Firefox on Linux');
      expect(body.match(/this one/g)).toHaveLength(1);
      expect((await people.Host!.get('/admin/users/1')).body).not.toContain('this one');
      expect(body).not.toContain(decodeURIComponent(other.cookie).split('s:')[1]?.split('.')[0] ?? 'no cookie');
    });

    it('shows their history to who may read the log', async () => {
      const { id } = await users().byEmail('second@example.com');
      const clerk = (await people.Clerk!.get(`/admin/users/${id}`)).body;
      expect(clerk).toContain('made the account of Twin Name<');
      expect(clerk).toContain(`href="/admin/audit?person=${id}"`);
      expect((await people.Host!.get(`/admin/users/${id}`)).body).not.toContain('made the account of');
    });

    it('says what needs attention, and where to look after it', async () => {
      const { id, email } = await make('cared@example.org', 'Cared', { roles: [] });
      const toldOf = async (reader = admin) => {
        const { body } = await reader.get(`/admin/users/${id}`);
        const list = /<ul class="attention".*?<\/ul>/s.exec(body)?.[0] ?? '';
        return [...list.matchAll(/<li>(.*?)<\/li>/g)].map(([, inner = '']) => inner.replace(/<[^>]*>/g, ''));
      };
      const none = 'They have no role, so there is hardly anything that they can use.';
      expect(await toldOf()).toEqual([none]);
      const until = new Date(Date.now() + 86_400_000);
      await grants().give(operator, email, 'Crew', { until });
      expect(await toldOf()).toEqual([expect.stringMatching(/^Crew ends within a week: .* Change the end date$/)]);
      expect(await toldOf(people.Host)).toEqual([expect.stringMatching(/^Crew ends within a week: [^.]*\.$/)]);
      const request = await anOpenRequest(site, id);
      expect(await toldOf()).toContain('They wait for an answer to a request: “Open the administration area”. Answer');
      expect((await admin.get(`/admin/users/${id}`)).body).toContain(`href="/admin/requests/${request}"`);
      await users().deactivate(operator, email);
      await site.app
        .get(Database)
        .changeAccess((manager) => manager.update(User, id, { passwordHash: '', emailConfirmedAt: null }));
      expect((await toldOf()).slice(0, 3)).toEqual([
        expect.stringMatching(/^This account is not active/),
        'They have no password yet. Make a link to set one',
        expect.stringMatching(/^Their address is not confirmed/),
      ]);
    });

    it('says what they were refused lately to who may read the log, and why to who may ask', async () => {
      const email = 'refused@example.org';
      const person = await site.user(email);
      for (let i = 0; i < 3; i++) await person.get('/admin/audit');
      await site.app.get(SignInEvents).flush();
      const { id } = await users().byEmail(email);
      // Elsewhere, an hour before.
      const elsewhere = `'elsewhere', 'forbidden', ${id}, '192.0.2.1', 'GET /admin/audit', 1, ${Date.now() - 3_600_000}, 2`;
      await site.database.change(
        `INSERT INTO sign_in_events (id, kind, user_id, ip, route, first_at, last_at, count) VALUES (${elsewhere})`,
      );
      const { body } = await admin.get(`/admin/users/${id}`);
      expect(body).toMatch(
        /Refused lately<\/h3>\s*<ul class="lines">\s*<li>Read the audit log <span class="quiet">5 times/,
      );
      expect(body).toContain(
        'href="/admin/access/why?email&#x3D;refused%40example.org&amp;route&#x3D;GET+%2Fadmin%2Faudit"',
      );
      const clerk = (await people.Clerk!.get(`/admin/users/${id}`)).body;
      expect([clerk.includes('Refused lately'), clerk.includes('/admin/access/why')]).toEqual([true, false]);
      expect((await people.Host!.get(`/admin/users/${id}`)).body).not.toContain('Refused lately');
    });

    it('folds the sessions after the first five', async () => {
      const email = 'everywhere@example.org';
      await site.user(email, 'a password of a user');
      for (let i = 0; i < 6; i++) await site.visitor().signIn(email, 'a password of a user');
      const { id } = await users().byEmail(email);
      const { body } = await admin.get(`/admin/users/${id}`);
      expect(body).toMatch(/<details>\s*<summary>2 more<\/summary>/);
      expect(
        formsOf(new Page(200, new Headers(), body)).filter(({ action }) => action.endsWith('/sessions/end')),
      ).toHaveLength(8);
    });

    it.each(['0', '-1', 'x', '1.0', '1e1', '01', '2147483647', '99999999999999999999', "1'", '%00'])(
      'is not there for %s',
      async (id) => {
        expect((await admin.get(`/admin/users/${id}`)).status).toBe(404);
      },
    );

    it('leads to a change of them', async () => {
      const { id } = await users().byEmail('first@example.com');
      const { status, body } = await admin.get(`/admin/users/change?change=grant&users=${id}&role=Crew&until=&reason=`);
      expect(status).toBe(200);
      expect(body).toContain('<h1>Give the role Crew to José Ñandú</h1>');
    });
  });

  describe('the export', () => {
    it('has the people who were searched for, and nothing that a spreadsheet takes for a formula', async () => {
      const names = ['=1+1', '+1', '-1', '@SUM(1)', 'x;=1+1', 'a, "b"; @c', '﹁fine'];
      for (const [i, name] of names.entries()) await make(`sheet${i}@example.com`, name);
      const page = await admin.get('/admin/users/export?search=sheet');
      expect(page.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      expect(page.headers.get('content-disposition')).toBe('attachment; filename=people.csv');
      const [headings, ...lines] = page.body.trimEnd().split('\r\n');
      expect(headings).toBe('id,name,email,active,roles,createdAt,lastSignInAt');
      expect(lines.map((line) => /^\d+,(.*),sheet\d@example\.com,yes,User,\d{4}-\S*Z,$/.exec(line)?.[1])).toEqual([
        "'=1+1",
        "'+1",
        "'-1",
        "'@SUM(1)",
        `"x;'=1+1"`,
        `"a, ""b""; '@c"`,
        '﹁fine',
      ]);
    });

    it('has everybody, and ends quietly for who goes before its end', async () => {
      const page = await admin.get('/admin/users/export');
      const [row] = await site.database.query<{ count: number | string }>('SELECT COUNT(*) AS count FROM users');
      expect(page.body.trimEnd().split('\r\n')).toHaveLength(1 + Number(row!.count));
      await new Promise<void>((resolve, reject) => {
        const request = get(`${site.origin}/admin/users/export`, { headers: { cookie: admin.cookie } }, (answer) => {
          answer.destroy();
          resolve();
        });
        request.on('error', reject);
      });
      expect((await admin.get('/admin/users')).status).toBe(200);
    });
  });

  async function endGrant(email: string, role: string): Promise<void> {
    const [{ id: userId }, { id: roleId }] = [
      await users().byEmail(email),
      await site.app.get(RolesService).byName(role),
    ];
    const until = new Date(Date.now() - 1000);
    await site.app.get(Database).changeAccess((manager) => manager.update(Grant, { userId, roleId }, { until }));
  }
});

/** What somebody can do, or can't, by the titles on their page. */
function toldIn(body: string, list: 'can' | 'cannot'): string[] {
  const lists = [...body.matchAll(new RegExp(`<ul class="lines ${list}".*?</ul>`, 'gs'))].map(([found]) => found);
  const lines = lists.flatMap((found) => [...found.matchAll(/<li>(.*?)<\/li>/g)].map(([, line = '']) => line));
  return lines.map((line) => line.replace(/ <(span|a href).*/, '').replace(/<[^>]*>/g, '')).sort();
}

function emailsOn({ body }: Page): string[] {
  return [...body.matchAll(/<td class="address"><bdi>(.*?)<\/bdi>/g)].map(([, email = '']) => email);
}
