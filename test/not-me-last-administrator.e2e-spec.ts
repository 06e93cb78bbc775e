import { pathOf } from './support/mail-flows';
import { linkIn, MailServer } from './support/mail-server';
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
    const notMe = pathOf(linkIn(await server.mailTo(superuser.email, 1, '/not-me/'), '/not-me/'));
    expect((await site.visitor().post(notMe)).status).toBe(303);
    for (const person of [first, second]) expect((await person.get('/admin')).status).toBe(303);
    await server.mailTo(superuser.email, 1, '/welcome/');
    expect((await (await site.admin()).get('/admin')).status).toBe(200);
  });
});
