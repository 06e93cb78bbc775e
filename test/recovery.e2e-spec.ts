import { DataSource } from 'typeorm';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { AttemptLimits } from '../src/auth/attempt-limits';
import { Clock } from '../src/config/clock';
import { KeepMadeLinks1769121000000 } from '../src/credentials/migrations/1769121000000-keep-made-links';
import { PasswordLinks } from '../src/credentials/password-links.service';
import { MailPace } from '../src/mail/mail-pace';
import { appOwner } from './support/app-owner';
import { codeAt } from './support/authenticator';
import { holder } from './support/holder';
import { isIdle, pathOf, seen } from './support/mail-flows';
import { linkIn, MailServer } from './support/mail-server';
import type { Person } from './support/person';
import { Site } from './support/site';
import { until } from './support/until';

const password = 'three unrelated words';
const another = 'some quite other words';
const HOUR = 60 * 60_000;

let server: MailServer;
beforeAll(async () => {
  server = await MailServer.start();
});
afterAll(() => server.stop());

const asked = async (site: Site, email: string) => (await site.visitor().post('/forgot-password', { email })).status;

async function began(site: Site, token: string): Promise<Person> {
  const person = site.visitor();
  const answer = await person.get(`/welcome/${token}`);
  expect([answer.status, answer.location]).toEqual([303, '/welcome/password']);
  return person;
}

const chosen = { password: another, password_confirm: another };

describe('A forgotten password', () => {
  let site: Site;
  beforeAll(async () => {
    site = await Site.start({ MAIL_URL: server.url });
    Object.assign(site.app.get(MailPace), { look: 50 });
  });
  afterAll(() => site.stop());

  const somebody = (email: string, active = true) =>
    site.app.get(UsersService).create(operator, { email, name: '', passwordHash: 'x', active, roles: ['User'] });
  const tokenFor = async (email: string) => {
    const count = server.mailsTo(email, '/welcome/').length;
    expect(await asked(site, email)).toBe(303);
    return (await server.pathTo(email, '/welcome/', count + 1)).split('/').at(-1)!;
  };

  it('is still half of what signs in where there is a second factor, also for whom somebody else was signed in', async () => {
    const owner = await appOwner(site, codeAt);
    const other = (await holder(site, ['User'])).person;
    await other.get(`/welcome/${await tokenFor(owner.email)}`);
    const answer = await other.post('/welcome/password', chosen);
    expect([answer.status, answer.location]).toEqual([303, '/login/two-factor']);
    const page = await other.get('/login/two-factor');
    expect([page.h1, page.body.includes('Your password is set.')]).toEqual(['Enter your code', true]);
    expect((await other.post('/login/two-factor', { code: owner.recoveryCodes[0]! })).location).toBe('/');
    expect((await other.get('/account')).body).toContain(owner.email);
  });

  it('is set anew by a link in a mail, whose token leaves the address at once, and which works once', async () => {
    await somebody('owner@example.org');
    const token = await tokenFor('owner@example.org');
    const person = await began(site, token);
    const page = await person.get('/welcome/password');
    expect(page.body).toContain('owner@example.org');
    expect(page.body).not.toContain(token);
    const answer = await person.post('/welcome/password', chosen);
    expect([answer.status, answer.location]).toEqual([303, '/']);
    expect((await person.get('/account')).status).toBe(200);
    expect((await site.visitor().get(`/welcome/${token}`)).status).toBe(410);
    expect((await site.visitor().post(`/welcome/${token}`, chosen)).status).toBe(410);
    expect((await person.get('/welcome/password')).status).toBe(410);
  });

  it('is set by a program without cookies too', async () => {
    await somebody('program@example.org');
    const token = await tokenFor('program@example.org');
    const answer = await site.visitor().post(`/welcome/${token}`, chosen);
    expect([answer.status, answer.location]).toEqual([303, '/']);
  });

  it('gets one answer for known, unknown and inactive addresses, in words, status, length and headers', async () => {
    await somebody('known@example.org');
    await somebody('inactive@example.org', false);
    const answers = [];
    for (const email of ['known@example.org', 'inactiv@example.org', 'unknwn@example.org', 'inactive@example.org']) {
      const person = site.visitor();
      answers.push(seen(await person.post('/forgot-password', { email })));
      expect((await person.get('/login')).body).toContain('We’ve sent you an email');
      expect((await person.get('/login')).body).not.toContain('We’ve sent you an email');
    }
    expect(answers[0]).toMatchObject({ status: 303 });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    await server.mailTo('known@example.org');
    await until(() => isIdle(site));
    for (const nobody of ['inactiv@example.org', 'unknwn@example.org', 'inactive@example.org'])
      expect(server.mailsTo(nobody)).toEqual([]);
  });

  it('ends every session, and older links end with a newer one, a change of the password and a deactivation', async () => {
    const signedIn = site.visitor();
    const { app } = site;
    const user = await somebody('links@example.org');
    const first = await tokenFor('links@example.org');
    await signedIn.post(`/welcome/${first}`, chosen);
    const older = await tokenFor('links@example.org');
    const newer = await tokenFor('links@example.org');
    expect((await site.visitor().get(`/welcome/${older}`)).status).toBe(410);
    expect((await signedIn.get('/account')).status).toBe(200);
    await site.visitor().post(`/welcome/${newer}`, { password, password_confirm: password });
    expect((await signedIn.get('/account')).status).toBe(303);
    const made = (await app.get(PasswordLinks).make(operator, user.id)).address;
    await app.get(UsersService).deactivate(operator, 'links@example.org');
    expect((await site.visitor().get(pathOf(made))).status).toBe(410);
  });

  it('does not end a link that was made for its person, whoever asks; using either ends both', async () => {
    for (const used of ['made', 'mailed']) {
      const { id } = await somebody(`${used}@example.org`);
      const links = site.app.get(PasswordLinks);
      const made = pathOf((await links.make(operator, id)).address)
        .split('/')
        .at(-1)!;
      const older = await tokenFor(`${used}@example.org`);
      const mailed = await tokenFor(`${used}@example.org`);
      expect((await links.openFor(operator, id)).link).toMatchObject({ isRecovery: false });
      expect((await site.visitor().get(`/welcome/${older}`)).status).toBe(410);
      for (const token of [made, mailed]) await began(site, token);
      const token = used === 'made' ? made : mailed;
      expect((await site.visitor().post(`/welcome/${token}`, chosen)).location).toBe('/');
      for (const ended of [made, mailed]) expect((await site.visitor().get(`/welcome/${ended}`)).status).toBe(410);
    }
  });

  it('is set by a link that an administrator makes, and has emailed if they choose so', async () => {
    const { id, email } = await somebody('emailed@example.org');
    const admin = await site.admin();
    expect((await admin.get(`/admin/users/${id}/link`)).body).toContain('Make a new link and email it');
    await admin.post(`/admin/users/${id}/link`);
    await until(() => isIdle(site));
    expect(server.mailsTo(email)).toEqual([]);
    expect((await admin.post(`/admin/users/${id}/link`, { by: 'email' })).status).toBe(303);
    expect((await admin.get(`/admin/users/${id}/link`)).body).toContain(`A new link is on its way to ${email}.`);
    const mail = await server.mailTo(email);
    expect(mail.subject).toBe('Set your password – Music Festival Organizer');
    const person = site.visitor();
    expect(await person.post(pathOf(linkIn(mail, '/welcome/')), chosen)).toMatchObject({ status: 303, location: '/' });
    expect((await person.get('/account')).body).toContain(email);
    expect((await site.app.get(UsersService).byEmail(email)).emailConfirmedAt).not.toBeNull();
  });

  it('ends with a deactivation in both its links, and a link that is made then ends the mailed one', async () => {
    const { id } = await somebody('both@example.org');
    const links = site.app.get(PasswordLinks);
    const mailed = await tokenFor('both@example.org');
    const made = pathOf((await links.make(operator, id)).address);
    expect((await site.visitor().get(`/welcome/${mailed}`)).status).toBe(410);
    const again = await tokenFor('both@example.org');
    await site.app.get(UsersService).deactivate(operator, 'both@example.org');
    for (const path of [made, `/welcome/${again}`]) expect((await site.visitor().get(path)).status).toBe(410);
  });

  it('leaves the links of a database from before, to which a mailed one then comes', async () => {
    const { id } = await somebody('before@example.org');
    const made = pathOf((await site.app.get(PasswordLinks).make(operator, id)).address)
      .split('/')
      .at(-1)!;
    const migration = new KeepMadeLinks1769121000000();
    const runner = site.app.get(DataSource).createQueryRunner();
    await migration.down(runner);
    for (let start = 0; start < 2; start++) await migration.up(runner);
    await runner.release();
    const mailed = await tokenFor('before@example.org');
    for (const token of [made, mailed]) await began(site, token);
  });

  it('is mailed ten times a day at most', async () => {
    const { id } = await somebody('daily@example.org');
    const limits = site.app.get(AttemptLimits);
    const answers = [];
    for (let i = 0; i < 12; i++) {
      answers.push(await limits.mayMailRecovery(id));
      await site.database.change(`DELETE FROM rate_limits WHERE name = 'recovery-account:${id}'`);
    }
    expect(answers.indexOf(false)).toBe(10);
    expect(answers.lastIndexOf(true)).toBe(9);
  });

  it('is mailed three times an hour at most', async () => {
    await somebody('flooded@example.org');
    for (let i = 0; i < 3; i++) await tokenFor('flooded@example.org');
    for (let i = 0; i < 2; i++) expect(await asked(site, 'flooded@example.org')).toBe(303);
    await until(() => isIdle(site));
    await somebody('after-flood@example.org');
    await tokenFor('after-flood@example.org');
    expect(server.mailsTo('flooded@example.org')).toHaveLength(3);
  });

  it('is set by one of two that use the link at the same moment', async () => {
    await somebody('race@example.org');
    const token = await tokenFor('race@example.org');
    const both = await Promise.all([1, 2].map(() => site.visitor().post(`/welcome/${token}`, chosen)));
    expect(both.map(({ status }) => status).sort()).toEqual([303, 410]);
  });

  it('has a link that ends after an hour, and that nothing but this site writes', async () => {
    await somebody('late@example.org');
    const token = await tokenFor('late@example.org');
    const clock = site.app.get(Clock);
    const now = jest.spyOn(clock, 'now').mockImplementation(() => new Date(Date.now() + HOUR + 1000));
    expect((await site.visitor().get(`/welcome/${token}`)).status).toBe(410);
    now.mockRestore();
    const [id] = token.split('.');
    expect((await site.visitor().get(`/welcome/${id}.${'A'.repeat(43)}`)).status).toBe(410);
    expect((await site.visitor().get(`/confirm-email/${token}`)).status).toBe(410);
  });

  it('takes no host of a request into the mail', async () => {
    await somebody('host@example.org');
    const headers = { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' };
    await site.visitor().post('/forgot-password', { email: 'host@example.org' }, headers);
    expect((await server.mailTo('host@example.org')).raw).not.toContain('evil.example');
  });
});
