import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { RolesService } from '../src/roles/roles.service';
import type { Page, Person } from './support/person';
import { Site } from './support/site';

describe('the search of the administration', () => {
  let site: Site;
  let admin: Person;

  beforeAll(async () => {
    site = await Site.start();
    admin = await site.admin();
    const users = site.app.get(UsersService);
    const roles = site.app.get(RolesService);
    const crew = { name: 'Stage crew', description: 'Builds the stages', permissions: ['user-read'] } as const;
    await roles.create(operator, crew);
    await roles.create(operator, { name: 'Desk', description: '', permissions: ['admin-read', 'admin-write'] });
    const henrik = { email: 'h.solberg@example.org', name: 'Henrik Ødegård Solberg', passwordHash: '' };
    await users.create(operator, { ...henrik, active: true, roles: ['User', 'Stage crew'] });
    for (let i = 0; i < 12; i++)
      await users.create(operator, {
        email: `many${i}@example.org`,
        name: `Many ${i}`,
        passwordHash: '',
        active: i > 0,
        roles: ['User'],
      });
  });
  afterAll(() => site.stop());

  const search = (q: string, person = admin) => person.get(`/admin/search?${new URLSearchParams({ q }).toString()}`);
  const sections = ({ body }: Page) => [...body.matchAll(/<h2 id="(\w+)">/g)].map(([, id]) => id);

  it.each(['henrik', 'odegard', 'SOLB', 'h.solberg', 'Henrik Ø'])(
    'finds a person by a word of theirs: %s',
    async (q) => {
      const page = await search(q);
      expect([page.status, sections(page)]).toEqual([200, ['people']]);
      expect(page.body).toContain('Henrik Ødegård Solberg');
      expect(page.body).toContain('User, Stage crew');
      const { id } = await site.app.get(UsersService).byEmail('h.solberg@example.org');
      expect(page.body).toContain(`href="/admin/users/${id}"`);
      for (const change of ['grant', 'deactivate'])
        expect(page.body).toContain(`href="/admin/users/change?change=${change}&amp;users=${id}"`);
      expect(page.body).toContain(`href="/admin/users/${id}/profile"`);
    },
  );

  it('finds roles by their name and what is said of them, pages by their title, permissions by their meaning', async () => {
    expect(sections(await search('stage'))).toEqual(['roles']);
    expect(sections(await search('builds the st'))).toEqual(['roles']);
    const audit = await search('audit log');
    expect(sections(audit)).toEqual(['pages', 'permissions']);
    expect(audit.body).toContain('href="/admin/audit"');
    expect(audit.body).toContain('href="/admin/permissions#audit-read"');
    expect((await search('GET /admin/audit')).body).toContain('href="/admin/audit"');
  });

  it.each([
    ['log', '/admin/audit'],
    ['history', '/admin/audit'],
    ['changes', '/admin/audit'],
    ['audit', '/admin/audit'],
    ['download history', '/admin/audit/export'],
    ['invite', '/admin/users/new'],
    ['overview', '/admin'],
  ])('finds a page by other words that people use: %s', async (q, href) => {
    expect((await search(q)).body).toContain(`<a href="${href}">`);
  });

  it('lists first the pages that are called so', async () => {
    const { body } = await search('log');
    const hrefs = [...body.split('id="pages"')[1]!.matchAll(/<a href="(\/admin\/a[^"?]*)">/g)].map(([, href]) => href);
    expect(hrefs.slice(0, 3)).toEqual(['/admin/audit', '/admin/audit/export', '/admin/activity']);
  });

  it('shows the first of many people, and leads to all of them', async () => {
    const page = await search('many');
    expect(page.body.match(/many\d+@example\.org ·/g)).toHaveLength(10);
    expect(page.body).toContain('>All people found</a>');
    expect((await search('many 11')).body).not.toContain('All people found');
  });

  it('says what was found where nothing was, and keeps what was typed', async () => {
    const page = await search('<b>nobody');
    expect(page.body).toContain('value="&lt;b&gt;nobody"');
    expect(page.body).toContain('Nothing that you can see is called');
    expect((await admin.get('/admin/search')).body).not.toContain('Nothing that you can see');
    expect((await search('x'.repeat(255))).status).toBe(422);
    expect((await admin.get('/admin/search?q=a&q=b')).status).toBe(422);
  });

  it('shows nobody more than they may see', async () => {
    const clerk = await site.as('Desk');
    expect((await search('henrik', clerk)).body).not.toContain('Solberg');
    expect((await search('stage', clerk)).body).not.toContain('Stage crew');
    const audit = await search('audit', clerk);
    expect([audit.body.includes('href="/admin/audit"'), sections(audit)]).toEqual([false, []]);
    expect((await search('henrik', await site.user())).status).toBe(403);
    expect((await search('henrik', site.visitor())).location).toMatch(/^\/login/);
  });

  it('leaves what the last action had to say to the next page that somebody sees, where a script asks', async () => {
    await admin.post('/account/profile', { name: 'Ada Lovelace' });
    const asked = await admin.get('/admin/search?q=henrik', { 'sec-fetch-dest': 'empty' });
    expect([asked.body.includes('Solberg'), asked.body.includes('class="flash"')]).toEqual([true, false]);
    expect((await admin.get('/admin/search')).body).toContain('class="flash"');
  });

  it('is in the header of whoever may use it, and of nobody else', async () => {
    expect((await admin.get('/')).body).toContain('role="search"');
    expect((await (await site.user()).get('/')).body).not.toContain('role="search"');
    expect((await site.visitor().get('/')).body).not.toContain('search-keys');
  });
});
