import { UserGrants } from '../src/accounts/user-grants.service';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { LastAdministrator } from '../src/roles/last-administrator';
import { holder } from './support/holder';
import { MailServer } from './support/mail-server';
import { Site, superuser } from './support/site';

describe('The last administrator says that it was not them', () => {
  let server: MailServer;
  let site: Site;
  beforeAll(async () => {
    server = await MailServer.start();
    site = await Site.start({ MAIL_URL: server.url });
  });
  afterAll(async () => {
    await site.stop();
    server.stop();
  });

  it('and everybody is signed out and a link to set a password is sent, but the account is not locked', async () => {
    const [first, second] = [await site.admin(), await site.admin()];
    expect((await first.get('/admin')).status).toBe(200);
    const notMe = await server.pathTo(superuser.email, '/not-me/');
    expect((await site.visitor().post(notMe)).status).toBe(303);
    for (const person of [first, second]) expect((await person.get('/admin')).status).toBe(303);
    await server.mailTo(superuser.email, 1, '/welcome/');
    expect((await (await site.admin()).get('/admin')).status).toBe(200);
  });

  it('also where the other one has just said so, whose password signs nobody in, and who does not count as one', async () => {
    const { email, person } = await holder(site, ['User'], { password: 'three unrelated words' });
    await person.post('/logout');
    await site.visitor().signIn(email, 'three unrelated words');
    const theirs = await server.pathTo(email, '/not-me/');
    const before = server.mailsTo(superuser.email, '/not-me/').length;
    for (let i = 0; i < 2; i++) await site.admin();
    const notMe = await server.pathTo(superuser.email, '/not-me/', before + 1);
    const grants = site.app.get(UserGrants);
    await grants.give(operator, email, 'Admin');
    expect((await site.visitor().post(theirs)).status).toBe(303);
    await expect(grants.revoke(operator, superuser.email, 'Admin')).rejects.toThrow(LastAdministrator);
    await expect(site.app.get(UsersService).deactivate(operator, superuser.email)).rejects.toThrow(LastAdministrator);
    expect((await site.visitor().post(notMe)).status).toBe(303);
    expect((await (await site.admin()).get('/admin')).status).toBe(200);
  });
});
