import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { AuditLog } from '../src/audit/audit-log.service';
import { anEntry } from './fixtures/entries';
import { expectOnly } from './support/expect-only';
import { holder } from './support/holder';
import type { Person } from './support/person';
import { cli } from './support/processes';
import { Site, testEnvironment } from './support/site';

const song = { title: 'A song', kind: 'song', description: 'It is short.', wantedOn: '2027-06-19' };

describe('entries', () => {
  let site: Site;
  let singer: Person;
  let judge: Person;

  beforeAll(async () => {
    site = await Site.start();
    singer = await site.as();
    judge = await site.as('Judge');
  });
  afterAll(() => site.stop());

  it('are marked by judges, and seen by them and by who sent them in', async () => {
    await expectOnly(site, ['Judge', 'Admin'], 'POST /entries/:id/mark');
    await expectOnly(site, ['Judge', 'Admin'], 'GET /entries/:id');
    const { id, person } = await holder(site, ['User']);
    expect((await person.get(`/entries/${await anEntry(site, id)}`)).status).toBe(200);
    expect((await singer.get('/entries/99999')).status).toBe(404);
  });

  it('are sent in by everybody who is signed in', async () => {
    const { status, location } = await singer.post('/entries/new', song);
    expect(status).toBe(303);
    const page = await singer.get(location!);
    expect(page.h1).toBe('A song');
    expect(page.body).toContain('19 June 2027');
    expect((await singer.get('/entries')).body).toContain(`href="${location}"`);
  });

  it.each([
    ['title', { ...song, title: '' }, 'Give it a title.'],
    ['kind', { ...song, kind: 'opera' }, 'Choose what it is.'],
    ['description', { ...song, description: '' }, 'Describe it.'],
    ['wantedOn', { ...song, wantedOn: 'soon' }, 'Enter a day, like 2027-01-31.'],
  ])('with a wrong %s are shown again with what was typed', async (field, sent, message) => {
    const page = await singer.post('/entries/new', sent);
    expect(page.status).toBe(422);
    expect(page.body).toContain(`id="${field}-error" role="alert">${message}`);
  });

  it('with a wrong title keep their description to the letter, line by line', async () => {
    const description = 'Two lines,\nof which the second  has two blanks.';
    const { body } = await singer.post('/entries/new', { ...song, title: '', description });
    expect(/<textarea id="description"[^>]*>\n(.*?)<\/textarea>/s.exec(body)?.[1]).toBe(description);
    const blank = (await singer.get('/entries/new')).body;
    expect(/<textarea id="description"[^>]*>\n(.*?)<\/textarea>/s.exec(blank)?.[1]).toBe('');
  });

  it('are listed by a command', async () => {
    const { code, stdout } = await cli(testEnvironment(site.database.url), ['entries', 'list', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ title: 'A song', mark: null }));
  });

  it('are marked once, and the mark is in the audit log', async () => {
    const { location } = await singer.post('/entries/new', song);
    expect((await judge.post(`${location}/mark`, { mark: '11' })).body).toContain('Enter a number from 1 to 10.');
    expect((await judge.post(`${location}/mark`, { mark: '9' })).status).toBe(303);
    const again = await judge.post(`${location}/mark`, { mark: '1' });
    expect([again.status, again.body.includes('Somebody has marked this entry already.')]).toEqual([422, true]);
    const [newest] = await site.app.get(AuditLog).page({}, 1);
    expect(newest).toMatchObject({ action: 'entry.mark', after: JSON.stringify({ mark: 9 }) });
    await site.app.get(AuditLog).verify();
  });

  it('without a mark are told on the dashboard', async () => {
    await singer.post('/entries/new', song);
    const { body } = await (await site.admin()).get('/admin');
    expect(body).toMatch(/\d+ (entry has|entries have) no mark yet/);
    expect(body).toContain('<a href="/entries">See entries</a>');
  });

  it('go with who sent them in, and stay when their judge goes', async () => {
    const [sender, marker] = [await holder(site, ['User']), await holder(site, ['User', 'Judge'])];
    const [gone, kept] = [await anEntry(site, sender.id), await anEntry(site, (await holder(site, ['User'])).id)];
    await marker.person.post(`/entries/${kept}/mark`, { mark: '5' });
    const users = site.app.get(UsersService);
    for (const { id } of [sender, marker]) await users.delete(operator, (await users.findById(id))!.email);
    expect((await judge.get(`/entries/${gone}`)).status).toBe(404);
    expect((await judge.get(`/entries/${kept}`)).body).toContain('<dt>Mark</dt><dd>5</dd>');
  });
});
