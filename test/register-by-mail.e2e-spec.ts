import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { AttemptLimits } from '../src/auth/attempt-limits';
import { Clock } from '../src/config/clock';
import { MailPace } from '../src/mail/mail-pace';
import { isIdle, seen } from './support/mail-flows';
import { MailServer } from './support/mail-server';
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

describe('Registering where mails are sent', () => {
  let site: Site;
  beforeAll(async () => {
    site = await Site.start({ MAIL_URL: server.url, TRUST_PROXY: 'loopback' });
    Object.assign(site.app.get(MailPace), { look: 50 });
  });
  afterAll(() => site.stop());

  const linkTo = (email: string, count = 1) => server.pathTo(email, '/confirm-email/', count);
  const findUser = (email: string) => site.app.get(UsersService).findByEmail(email);

  it('opens no session and makes no account before the address is confirmed with the chosen password', async () => {
    const person = site.visitor();
    const answer = await person.register('new@example.org', password);
    expect([answer.status, answer.location]).toEqual([303, '/login']);
    expect((await person.get('/login')).body).toContain('We’ve sent you an email');
    expect((await person.get('/account')).status).toBe(303);
    expect((await site.visitor().signIn('new@example.org', password)).status).toBe(401);
    const path = await linkTo('new@example.org');
    const opener = site.visitor();
    expect((await opener.get(path)).body).toContain('Confirm this address');
    expect(await findUser('new@example.org')).toBeNull();
    expect((await opener.post(path, { password: another })).status).toBe(422);
    expect(await findUser('new@example.org')).toBeNull();
    const confirmed = await opener.post(path, { password });
    expect([confirmed.status, confirmed.location]).toEqual([303, '/']);
    expect((await opener.get('/account')).status).toBe(200);
    expect((await findUser('new@example.org'))!.emailConfirmedAt).not.toBeNull();
    expect((await site.visitor().post(path, { password })).status).toBe(410);
    expect((await site.visitor().signIn('new@example.org', password)).status).toBe(303);
  });

  it('answers the same for a known address, whose owner is told', async () => {
    await site.app
      .get(UsersService)
      .create(operator, { email: 'had@example.org', name: '', passwordHash: 'x', active: true, roles: ['User'] });
    const known = seen(await site.visitor().register('had@example.org', password));
    const unknown = seen(await site.visitor().register('not@example.org', password));
    expect(known).toEqual(unknown);
    const mail = await server.mailTo('had@example.org');
    expect(mail.subject).toContain('You already have an account');
    expect(mail.text).toContain('/forgot-password');
    expect(mail.text).not.toContain('/confirm-email/');
    expect((await findUser('had@example.org'))!.passwordHash).toBe('x');
  });

  it('lets registrations of one address wait beside each other, each with its own password', async () => {
    await site.visitor().register('mine@example.org', 'the words of a stranger');
    const strangers = await linkTo('mine@example.org');
    await site.visitor().register('mine@example.org', password);
    const own = await linkTo('mine@example.org', 2);
    expect((await site.visitor().post(strangers, { password })).status).toBe(422);
    expect((await site.visitor().post(own, { password })).status).toBe(303);
    expect((await site.visitor().post(strangers, { password: 'the words of a stranger' })).status).toBe(410);
    expect((await site.visitor().signIn('mine@example.org', password)).status).toBe(303);
  });

  it('mails nobody a stranger’s words, and an address three times an hour at most for one network', async () => {
    for (let i = 0; i < 5; i++)
      await site.visitor().register('words@example.org', password, { name: 'Go to evil.example' });
    await server.mailTo('words@example.org', 3);
    await until(() => isIdle(site));
    expect(server.mailsTo('words@example.org')).toHaveLength(3);
    for (const { raw } of server.mailsTo('words@example.org')) expect(raw).not.toContain('evil.example');
  });

  it('lets the owner of a mailbox register after a stranger’s three, from a network of their own', async () => {
    const email = 'wanted@example.org';
    const form = { email, password, password_confirm: password };
    for (let i = 0; i < 4; i++) await site.visitor().post('/register', form, { 'x-forwarded-for': '203.0.113.5' });
    await until(() => isIdle(site));
    await site.visitor().post('/register', form, { 'x-forwarded-for': '198.51.100.7' });
    const path = await linkTo(email, 4);
    expect((await site.visitor().post(path, { password })).status).toBe(303);
  });

  it('mails an address ten times an hour and twenty times a day at most, from however many networks', async () => {
    const limits = site.app.get(AttemptLimits);
    const allowed = async (times: number) => {
      const answers = [];
      for (let i = 0; i < times; i++)
        answers.push(await limits.mayMailRegistration('often@example.org', `192.0.2.${Math.floor(i / 2)}`));
      return answers.filter(Boolean).length;
    };
    expect(await allowed(12)).toBe(10);
    const anHourLater = () => site.database.change("DELETE FROM rate_limits WHERE name NOT LIKE '%-day:%'");
    await anHourLater();
    expect(await allowed(12)).toBe(10);
    await anHourLater();
    expect(await allowed(12)).toBe(0);
    expect(await limits.mayMailRegistration('other@example.org', '192.0.2.1')).toBe(true);
  });

  it('lets one of two confirm that do so at the same moment', async () => {
    await site.visitor().register('twice@example.org', password);
    const path = await linkTo('twice@example.org');
    const both = await Promise.all([1, 2].map(() => site.visitor().post(path, { password })));
    expect(both.map(({ status }) => status).sort()).toEqual([303, 410]);
  });

  it('waits for two days', async () => {
    await site.visitor().register('slow@example.org', password);
    const path = await linkTo('slow@example.org');
    const later = jest
      .spyOn(site.app.get(Clock), 'now')
      .mockImplementation(() => new Date(Date.now() + 48 * HOUR + 1000));
    expect((await site.visitor().get(path)).status).toBe(410);
    expect((await site.visitor().post(path, { password })).status).toBe(410);
    later.mockRestore();
  });
});
