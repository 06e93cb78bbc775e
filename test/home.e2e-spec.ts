import { UserGrants } from '../src/accounts/user-grants.service';
import { operator } from '../src/audit/actor';
import { AccessRequests } from '../src/requests/access-requests.service';
import { RolesService } from '../src/roles/roles.service';
import { holder, type Holder } from './support/holder';
import { MailServer } from './support/mail-server';
import type { Person } from './support/person';
import { roleOf } from './support/role-of';
import { Site } from './support/site';

const DAY = 24 * 60 * 60_000;

describe('the home page', () => {
  let server: MailServer;
  let site: Site;
  let admin: Person;
  let grants: UserGrants;

  beforeAll(async () => {
    server = await MailServer.start();
    site = await Site.start({ MAIL_URL: server.url });
    admin = await site.admin();
    grants = site.app.get(UserGrants);
  });
  afterAll(async () => {
    await site.stop();
    server.stop();
  });

  const readBy = async ({ person }: Pick<Holder, 'person'>) =>
    (await person.get('/')).body
      .replace(/<[^>]*>/g, '')
      .replace(/\s+/g, ' ')
      .trim();

  /** Where its cards lead. */
  async function cardsOf(person: Person): Promise<string[]> {
    const [, cards = ''] = /<ul class="cards doors">(.*?)<\/ul>/s.exec((await person.get('/')).body) ?? [];
    return [...cards.matchAll(/href="([^"]*)"/g)].map(([, href = '']) => href);
  }

  /** Asks for the audit log; the id of what they asked. */
  async function asks({ id, person }: Holder): Promise<number> {
    await person.post('/access/request', { route: 'GET /admin/audit', reason: 'I keep the records' });
    return (await site.app.get(AccessRequests).newestOf(id, 1))[0]!.id;
  }

  it('has a card for what its reader may use, and none for the rest', async () => {
    const user = await holder(site, ['User']);
    const reader = await holder(site, ['User', await roleOf(site, ['admin-read', 'admin-write', 'users-read'])]);
    const all = await cardsOf(admin);
    expect(all).toEqual(expect.arrayContaining(['/account', '/admin', '/admin/users', '/admin/roles/new']));
    for (const { person } of [user, reader]) {
      const cards = await cardsOf(person);
      for (const href of all)
        expect([href, (await person.get(href)).status]).toEqual([href, cards.includes(href) ? 200 : 403]);
    }
    expect((await site.visitor().get('/')).body).not.toContain('What you can do here');
  });

  it('is never empty', async () => {
    const one = await holder(site, []);
    const page = await readBy(one);
    expect(page).toContain('Nothing in the last two weeks.');
    const isWithoutCards = (await cardsOf(one.person)).length === 0;
    expect(page.includes('Nothing yet: you have no role that opens a page.')).toBe(isWithoutCards);
  });

  it('tells of a role that somebody else gave, and of an end that nears', async () => {
    const [crew, later] = [await roleOf(site), await roleOf(site)];
    const fan = await holder(site, ['User']);
    await grants.give(operator, fan.email, crew, { until: new Date(Date.now() + 5 * DAY) });
    await grants.give(operator, fan.email, later, { until: new Date(Date.now() + 30 * DAY) });
    const page = await readBy(fan);
    expect(page).toContain(`You were given the role ${crew}.`);
    expect(page).toContain(`Your role ${crew} ends on `);
    expect(page).not.toContain(`Your role ${later} ends on `);
    expect(page).not.toContain('Nothing in the last two weeks.');
  });

  it('tells what is one’s own doing to nobody as news', async () => {
    const fan = await holder(site, ['User']);
    await fan.person.post('/account/profile', { name: 'Fan' });
    expect(await readBy(fan)).toContain('Nothing in the last two weeks.');
  });

  it('names who waits for an answer to whom may give it, and to nobody else', async () => {
    const fan = await holder(site, ['User'], { name: 'Giulia Rossi' });
    const id = await asks(fan);
    expect(await readBy(fan)).toContain('You asked for “Read the audit log”; it waits for an answer.');
    expect((await admin.get('/')).body).toContain(`href="/admin/requests/${id}"><bdi>Giulia Rossi</bdi> asks for`);
    const reader = await holder(site, ['User', await roleOf(site, ['admin-read', 'admin-write', 'users-read'])]);
    expect(await readBy(reader)).not.toContain('Giulia Rossi');
    const keeper = await holder(site, ['User', 'Admin']);
    expect(await readBy(keeper)).toContain('Giulia Rossi asks for “Read the audit log”');
    const own = await holder(site, [
      'User',
      await roleOf(site, ['admin-read', 'admin-write', 'users-read', 'users-write']),
    ]);
    await asks(own);
    expect(await readBy(own)).not.toContain(`${own.email} asks for`);
  });

  it('tells who was declined what the answer was, as their mail does', async () => {
    const fan = await holder(site, ['User']);
    const id = await asks(fan);
    await admin.post(`/admin/requests/${id}`, { decision: 'decline', answer: 'Ask the office' });
    const sentence = 'What you asked for was declined: “Read the audit log”. Ask the office';
    expect(await readBy(fan)).toContain(`${sentence}.`);
    expect((await server.mailTo(fan.email)).text).toContain(sentence);
  });

  it('tells who was approved, with the role, as one mail does', async () => {
    const office = 'Office';
    const permissions = ['admin-read', 'admin-write', 'audit-read'];
    await site.app.get(RolesService).create(operator, { name: office, description: '', permissions });
    const fan = await holder(site, ['User']);
    const path = `/admin/requests/${await asks(fan)}`;
    const digest = /name="digest" value="([0-9a-f]{64})"/.exec((await admin.get(path)).body)?.[1] ?? '';
    const done = await admin.post(path, { decision: 'approve', role: office, until: '', digest });
    expect(done.status).toBe(303);
    const page = await readBy(fan);
    for (const sentence of [`You were given the role ${office}`, 'What you asked for was approved']) {
      expect(page).toContain(sentence);
      expect((await server.mailTo(fan.email)).text).toContain(sentence);
    }
    expect(server.mailsTo(fan.email)).toHaveLength(1);
    expect((await fan.person.get('/')).body).toContain('What you asked for was approved. <a href="/admin/audit">');
  });
});
