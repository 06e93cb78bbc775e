import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { Passwords } from '../src/credentials/passwords';
import { PasswordLinks } from '../src/credentials/password-links.service';
import { Database } from '../src/database/database';
import { MailPace } from '../src/mail/mail-pace';
import { isIdle, pathOf } from './support/mail-flows';
import { MailServer } from './support/mail-server';
import { Site } from './support/site';
import { SoftwarePasskey } from './support/software-passkey';
import { until } from './support/until';

const APP_URL = 'http://localhost:3000';
const password = 'three unrelated words';
const another = 'some quite other words';

let server: MailServer;
beforeAll(async () => {
  server = await MailServer.start();
});
afterAll(() => server.stop());

describe('Where addresses must be confirmed', () => {
  let site: Site;
  beforeAll(async () => {
    site = await Site.start({ APP_URL, MAIL_URL: server.url, REQUIRE_CONFIRMED_EMAIL: 'true' });
    Object.assign(site.app.get(MailPace), { look: 50 });
  });
  afterAll(() => site.stop());

  it('somebody of before proves theirs by a mail at the next sign-in, the right password given', async () => {
    const email = 'before@example.org';
    const users = site.app.get(UsersService);
    const { id } = await users.create(operator, { email, name: '', passwordHash: '', active: true, roles: ['User'] });
    const link = await site.app.get(PasswordLinks).make(operator, id);
    await site.visitor().post(pathOf(link.address), { password, password_confirm: password });
    expect((await site.visitor().signIn(email, password)).status).toBe(303);
    await site.app
      .get(Database)
      .transaction((manager) => manager.query('UPDATE users SET email_confirmed_at = NULL WHERE id = ?', [id]));
    expect((await site.visitor().signIn(email, another)).status).toBe(401);
    const refused = await site.visitor().signIn(email, password);
    expect(refused.status).toBe(403);
    expect(refused.body).toContain('We’ve sent you an email');
    const path = await server.pathTo(email, '/confirm-email/');
    const opener = site.visitor();
    expect((await opener.get(path)).status).toBe(200);
    expect((await site.visitor().signIn(email, password)).status).toBe(403);
    const confirmed = await opener.post(path);
    expect([confirmed.status, confirmed.location]).toEqual([303, '/login']);
    expect((await site.visitor().signIn(email, password)).status).toBe(303);
    expect((await opener.post(path)).status).toBe(410);
  });

  it('a stranger who registers with the address over and over keeps nobody from proving it', async () => {
    const email = 'bothered@example.org';
    const passwordHash = await site.app.get(Passwords).hash(password);
    await site.app
      .get(UsersService)
      .create(operator, { email, name: '', passwordHash, active: true, roles: ['User'], isEmailConfirmed: false });
    for (let i = 0; i < 4; i++) await site.visitor().register(email, another);
    await server.mailTo(email, 3);
    await until(() => isIdle(site));
    for (let i = 0; i < 4; i++) expect((await site.visitor().signIn(email, password)).status).toBe(403);
    const path = await server.pathTo(email, '/confirm-email/');
    expect((await site.visitor().post(path)).status).toBe(303);
    expect((await site.visitor().signIn(email, password)).status).toBe(303);
  });

  it('a passkey opens nothing either before that', async () => {
    const email = 'passkey@example.org';
    const passwordHash = await site.app.get(Passwords).hash(password);
    const user = { email, name: '', passwordHash, active: true, roles: ['User'], isEmailConfirmed: true };
    const { id } = await site.app.get(UsersService).create(operator, user);
    const person = site.visitor();
    expect((await person.signIn(email, password)).status).toBe(303);
    const passkey = new SoftwarePasskey(APP_URL);
    expect((await passkey.addTo(person)).status).toBe(303);
    const signIn = () => passkey.signIn(site.visitor());
    expect((await signIn()).status).toBe(303);
    await site.app
      .get(Database)
      .transaction((manager) => manager.query('UPDATE users SET email_confirmed_at = NULL WHERE id = ?', [id]));
    const refused = await signIn();
    expect([refused.status, refused.headers.getSetCookie()]).toEqual([403, []]);
    expect(refused.body).toContain('We’ve sent you an email');
    const path = await server.pathTo(email, '/confirm-email/');
    expect((await site.visitor().post(path)).status).toBe(303);
    expect((await signIn()).status).toBe(303);
  });

  it('the superuser of the configuration is never kept out', async () => {
    await site.app
      .get(Database)
      .transaction((manager) => manager.query('UPDATE users SET email_confirmed_at = NULL WHERE id > ?', [0]));
    await site.admin();
  });
});
