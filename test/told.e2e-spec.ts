import { UserGrants } from '../src/accounts/user-grants.service';
import { UserRenames } from '../src/accounts/user-renames.service';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { Clock } from '../src/config/clock';
import { PasswordLinks } from '../src/credentials/password-links.service';
import { Database } from '../src/database/database';
import { Grant } from '../src/roles/grant.entity';
import { RolesService } from '../src/roles/roles.service';
import { Sessions } from '../src/sessions/sessions.service';
import { setUpApp } from './support/authenticator';
import { linkIn, MailServer } from './support/mail-server';
import { Site } from './support/site';
import { holder } from './support/holder';

const password = 'a password of a user';
const firefox = { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0' };

let server: MailServer;
let site: Site;

beforeAll(async () => {
  server = await MailServer.start();
  site = await Site.start({ MAIL_URL: server.url, TRUST_PROXY: 'loopback' });
});
afterEach(() => jest.restoreAllMocks());
afterAll(async () => {
  await site.stop();
  server.stop();
});

/** Somebody who has signed in once. */
const somebody = () => holder(site, ['User'], { name: 'Henrik', password });

const subjectsTo = (email: string) => server.mailsTo(email).map(({ subject }) => subject?.split(' – ')[0]);

describe('People are told by a mail and on their page', () => {
  it('of a sign-in in a new browser, but of neither the first one nor one they know', async () => {
    const { email, person } = await somebody();
    await person.post('/logout');
    await person.signIn(email, password);
    expect((await person.get('/account/activity')).body).toContain('Nothing has happened yet.');
    await site.visitor().post('/login', { email, password }, firefox);
    const mail = await server.mailTo(email);
    expect(mail.subject).toBe('Your account was signed in to in a new browser – Music Festival Organizer');
    expect(mail.text).toContain('Firefox on Windows, 127.0.0.1');
    expect(linkIn(mail, '/not-me/')).toMatch(/\/not-me\/[0-9a-f]{32}\.[\w-]{43}$/);
    expect((await person.get('/account/activity')).body).toContain('Firefox on Windows, 127.0.0.1');
    expect(server.mailsTo(email)).toHaveLength(1);
  });

  it('of a password that they set by a link, and not of the browser besides', async () => {
    const { id, email, person } = await somebody();
    const link = await site.app.get(PasswordLinks).make(operator, id);
    const chosen = { password: 'another password 1', password_confirm: 'another password 1' };
    const elsewhere = site.visitor();
    expect((await elsewhere.post(new URL(link.address).pathname, chosen, firefox)).status).toBe(303);
    expect((await server.mailTo(email)).subject).toContain('Your password was set by a link');
    expect((await elsewhere.get('/account/activity')).body).not.toContain('in a new browser');
    await person.signIn(email, chosen.password);
    expect((await person.get('/account/activity')).body.match(/in a new browser/g)).toHaveLength(1);
  });

  it('of no more than 20 new browsers a day', async () => {
    const { id, email } = await somebody();
    for (let i = 0; i < 22; i++) await site.visitor().signIn(email, password);
    expect(await site.database.query(`SELECT 1 FROM account_notices WHERE user_id = ${id}`)).toHaveLength(20);
  });

  it('of their password and their second factors', async () => {
    const { email, person } = await somebody();
    await person.post('/account/password', { password: 'another password 1', password_confirm: 'another password 1' });
    await server.mailTo(email, 1);
    await setUpApp(person);
    await server.mailTo(email, 2);
    await person.post('/account/recovery-codes');
    await server.mailTo(email, 3);
    await person.post('/account/two-factor/remove');
    await server.mailTo(email, 4);
    expect(subjectsTo(email)).toEqual([
      'Your password was changed',
      'An authenticator app was set up for your account',
      'New recovery codes were made for your account',
      'The authenticator app of your account was removed',
    ]);
    const { body } = await person.get('/account/activity');
    for (const subject of subjectsTo(email)) expect(body).toContain(subject);
  });

  it('of roles given and taken and of sessions ended by somebody else, who is not named', async () => {
    const { id, email, person } = await somebody();
    const grants = site.app.get(UserGrants);
    await grants.give(operator, email, 'Admin');
    await server.mailTo(email, 1);
    await grants.revoke(operator, email, 'Admin');
    await server.mailTo(email, 2);
    await site.app.get(Sessions).end(operator, id);
    const { text } = await server.mailTo(email, 3);
    expect(subjectsTo(email)).toEqual([
      'You were given the role Admin',
      'The role Admin was taken from you',
      'An administrator ended sessions of yours',
    ]);
    expect(text).not.toContain('127.0.0.1');
    await person.signIn(email, password);
    const page = await person.get('/account/activity');
    expect(page.body).toContain('by an administrator');
    await person.post('/account/sessions/end', { all: 'yes' });
    expect((await person.get('/account/activity')).body.match(/<li class="card">/g)).toHaveLength(3);
  });

  it('of a role of theirs that is deleted, but not of one that had ended', async () => {
    const [{ email, person }, past] = [await somebody(), await somebody()];
    const [grants, roles] = [site.app.get(UserGrants), site.app.get(RolesService)];
    await roles.create(operator, { name: 'Night crew', description: '', permissions: [] });
    await grants.give(operator, email, 'Night crew');
    await grants.give(operator, past.email, 'Night crew');
    const { id: roleId } = await roles.byName('Night crew');
    await site.app
      .get(Database)
      .transaction((manager) => manager.update(Grant, { userId: past.id, roleId }, { until: new Date(0) }));
    await roles.delete(operator, 'Night crew');
    const mail = await server.mailTo(email, 2);
    expect(mail.subject).toBe('The role Night crew, which you had, was deleted – Music Festival Organizer');
    expect((await person.get('/account/activity')).body).toContain('The role Night crew, which you had, was deleted');
    expect((await past.person.get('/account/activity')).body).not.toContain('was deleted');
  });

  it('of an address that another one takes the place of, by a mail to both, without a link to either', async () => {
    const { email } = await somebody();
    const moved = `moved-${email}`;
    await site.app.get(UserRenames).rename(operator, email, { email: moved, name: 'Harald' });
    for (const address of [email, moved]) {
      const mail = await server.mailTo(address);
      expect(mail.subject).toContain('Your address and your name were changed');
      expect(mail.text).not.toContain('/not-me/');
    }
    const clock = site.app.get(Clock);
    await site.app.get(UserGrants).give(operator, moved, 'Admin');
    expect((await server.mailTo(moved, 2)).text).not.toContain('/not-me/');
    const later = new Date(Date.now() + 72 * 60 * 60_000);
    jest.spyOn(clock, 'now').mockReturnValue(later);
    await site.app.get(UserGrants).revoke(operator, moved, 'Admin');
    expect((await server.mailTo(moved, 3)).text).toContain('/not-me/');
    expect(server.mailsTo(email)).toHaveLength(1);
  });

  it('of passwords that are guessed, once', async () => {
    const { email, person } = await somebody();
    for (let i = 0; i < 50; i++)
      await site.visitor().post('/login', { email, password: 'a guess' }, { 'x-forwarded-for': `10.8.${i}.1` });
    const mail = await server.mailTo(email);
    expect(mail.subject).toContain('Somebody tried too many wrong passwords for your account');
    expect((await person.get('/account/activity')).body).toContain('Somebody tried too many wrong passwords');
    expect(server.mailsTo(email)).toHaveLength(1);
  });

  it('in pages, and of nobody but themselves', async () => {
    const { email, person } = await somebody();
    const other = await somebody();
    const grants = site.app.get(UserGrants);
    for (let i = 0; i < 11; i++) {
      await grants.give(operator, email, 'Admin');
      await grants.revoke(operator, email, 'Admin');
    }
    const first = await person.get('/account/activity');
    expect(first.body.match(/<li class="card">/g)).toHaveLength(20);
    const older = `/account/activity?before=${/before(?:=|&#x3D;)(\d+)/.exec(first.body)![1]}`;
    expect((await person.get(older)).body.match(/<li class="card">/g)).toHaveLength(2);
    expect((await other.person.get(older)).body).toContain('There is nothing older.');
    expect((await person.get('/account/activity?before=x')).status).toBe(200);
  });

  it('where they are active, and never of what is undone', async () => {
    const { email, id } = await somebody();
    await site.app.get(UsersService).deactivate(operator, email);
    await site.app.get(UserGrants).give(operator, email, 'Admin');
    await expect(site.app.get(UserGrants).give(operator, email, 'Nothing')).rejects.toThrow();
    expect(await site.database.query(`SELECT event FROM account_notices WHERE user_id = ${id}`)).toHaveLength(1);
    expect(await site.database.query(`SELECT id FROM outbox WHERE user_id = ${id}`)).toEqual([]);
  });

  it('by one mail of what one change does', async () => {
    const { email, id } = await somebody();
    const database = site.app.get(Database);
    await database.changeAccess(async () => {
      await site.app.get(UserGrants).give(operator, email, 'Admin');
      await site.app.get(Sessions).end(operator, id);
    });
    const { text } = await server.mailTo(email);
    expect(text).toContain('- You were given the role Admin');
    expect(text).toContain('- An administrator ended sessions of yours');
    expect(server.mailsTo(email)).toHaveLength(1);
  });
});
