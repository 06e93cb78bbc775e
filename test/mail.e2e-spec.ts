import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { simpleParser } from 'mailparser';
import { operator, type Actor } from '../src/audit/actor';
import { PasswordLinks } from '../src/credentials/password-links.service';
import { UsersService } from '../src/accounts/users.service';
import { Database } from '../src/database/database';
import { MailFolder } from '../src/mail/mail-folder';
import { MailPace } from '../src/mail/mail-pace';
import { OutboxMessage } from '../src/mail/outbox-message.entity';
import { UndeliverableMails } from '../src/mail/undeliverable-mails.service';
import { linkIn, MailServer } from './support/mail-server';
import { Site } from './support/site';
import { until } from './support/until';

const visitor: Actor = { kind: 'visitor', ip: '127.0.0.1', requestId: 'of the spec' };

let server: MailServer;
beforeAll(async () => {
  server = await MailServer.start();
});
afterEach(() => server.answer({}));
afterAll(() => server.stop());

/** So that a spec waits for nothing but what it is about. */
function hurry(site: Site): MailPace {
  return Object.assign(site.app.get(MailPace), { look: 50, firstPause: 20, longestPause: 100 });
}

async function somebody(site: Site, email: string) {
  const users = site.app.get(UsersService);
  return users.create(operator, { email, name: 'Henrik', passwordHash: 'x', active: true, roles: ['User'] });
}

async function mailRecovery(site: Site, email: string, fail?: Error): Promise<void> {
  const user = await site.app.get(UsersService).byEmail(email);
  await site.app.get(Database).changeAccess(async (manager) => {
    await site.app.get(PasswordLinks).mailRecovery(manager, visitor, user);
    if (fail) throw fail;
  });
}

const outboxOf = (site: Site) => site.app.get(Database).read.find(OutboxMessage, { order: { id: 'ASC' } });

describe('A mail', () => {
  let site: Site;
  beforeAll(async () => {
    site = await Site.start({ MAIL_URL: server.url, MAIL_FROM: 'The festival <festival@example.org>' });
    hurry(site);
  });
  afterAll(() => site.stop());

  it('is sent once its transaction is committed, and never where that is undone', async () => {
    await somebody(site, 'sent@example.org');
    await somebody(site, 'undone@example.org');
    await expect(mailRecovery(site, 'undone@example.org', new Error('undone'))).rejects.toThrow('undone');
    await mailRecovery(site, 'sent@example.org');
    const mail = await server.mailTo('sent@example.org');
    expect(server.mailsTo('undone@example.org')).toEqual([]);
    expect(mail.sentFrom).toBe('festival@example.org');
    expect(mail.from?.text).toBe('"The festival" <festival@example.org>');
    expect(mail.subject).toBe('Set a new password – Music Festival Organizer');
    expect(mail.messageId).toMatch(/^<[0-9a-f]{32}@localhost>$/);
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
  });

  it('says the same in plain text and in HTML, with links of APP_URL alone and no images', async () => {
    await somebody(site, 'parts@example.org');
    await mailRecovery(site, 'parts@example.org');
    const mail = await server.mailTo('parts@example.org');
    const link = linkIn(mail, '/welcome/');
    expect(link).toMatch(/^http:\/\/localhost:\d+\/welcome\/[0-9a-f]{32}\.[\w-]{43}$/);
    expect(mail.html).toContain(`href="${link}"`);
    for (const [, href] of (mail.html as string).matchAll(/href="([^"]*)"/g))
      expect(href).toMatch(/^http:\/\/localhost:\d+(\/|$)/);
    expect(mail.html).not.toMatch(/<img|<script|url\(/);
    expect(mail.attachments).toEqual([]);
  });

  it('leaves neither a token nor a text in the database', async () => {
    await somebody(site, 'kept@example.org');
    await mailRecovery(site, 'kept@example.org');
    const mail = await server.mailTo('kept@example.org');
    const token = linkIn(mail, '/welcome/').split('.').at(-1)!;
    await until(async () => (await outboxOf(site)).at(-1)!.sentAt !== null);
    const rows = JSON.stringify(await outboxOf(site));
    expect(rows).not.toContain(token);
    expect(rows).not.toContain('Somebody asked');
  });

  it('can’t be led elsewhere by what an older address holds', async () => {
    const user = await somebody(site, 'strange@example.org');
    const address = 'a@example.org\r\nBcc: evil@example.org';
    await site.app.get(Database).transaction(async (manager) => {
      await manager.update(OutboxMessage, { userId: user.id }, { address });
      await manager.query('UPDATE users SET email = ? WHERE id = ?', [address, user.id]);
    });
    await site.app
      .get(Database)
      .changeAccess((manager) =>
        site.app.get(PasswordLinks).mailRecovery(manager, visitor, { ...user, email: address }),
      );
    await until(async () => (await outboxOf(site)).at(-1)!.failedAt !== null);
    await somebody(site, 'after@example.org');
    await mailRecovery(site, 'after@example.org');
    await server.mailTo('after@example.org');
    expect(server.mailsTo('evil@example.org')).toEqual([]);
    for (const mail of server.mails) expect(mail.headers.has('bcc')).toBe(false);
  });

  it('is not sent where its link has ended meanwhile', async () => {
    await server.answer({ to: { 'late@example.org': { code: 450, text: 'Later' } } });
    await somebody(site, 'late@example.org');
    await mailRecovery(site, 'late@example.org');
    await until(async () => (await outboxOf(site)).at(-1)!.attempts > 0);
    await site.app.get(UsersService).deactivate(operator, 'late@example.org');
    await until(async () => (await outboxOf(site)).every(({ address }) => address !== 'late@example.org'));
    await server.answer({});
    expect(server.mailsTo('late@example.org')).toEqual([]);
  });

  it('is tried again after a passing refusal, under the same Message-ID, and arrives once', async () => {
    await server.answer({ to: { 'again@example.org': { code: 451, text: 'Try again' } } });
    await somebody(site, 'again@example.org');
    await mailRecovery(site, 'again@example.org');
    await until(async () => (await outboxOf(site)).at(-1)!.attempts > 1);
    const { messageId, fault } = (await outboxOf(site)).at(-1)!;
    expect(fault).toContain('Try again');
    await server.answer({});
    expect((await server.mailTo('again@example.org')).messageId).toContain(messageId);
    await until(async () => (await outboxOf(site)).at(-1)!.sentAt !== null);
    expect(server.mailsTo('again@example.org')).toHaveLength(1);
  });

  it('stands at /admin/mail where the server refuses it for good, and is sent again from there', async () => {
    await server.answer({ to: { 'gone@example.org': { code: 550, text: '<b>No such mailbox</b>' } } });
    await somebody(site, 'gone@example.org');
    await mailRecovery(site, 'gone@example.org');
    await until(async () => (await outboxOf(site)).at(-1)!.failedAt !== null);
    const admin = await site.admin();
    const page = await admin.get('/admin/mail');
    expect(page.body).toContain('gone@example.org');
    expect(page.body).toContain('&lt;b&gt;No such mailbox');
    expect((await admin.get('/admin')).body).toMatch(/\d emails? couldn’t be delivered/);
    expect((await (await site.as()).get('/admin/mail')).status).toBe(403);
    await server.answer({});
    const { id } = (await outboxOf(site)).at(-1)!;
    const answer = await admin.post(`/admin/mail/${id}/retry`, {});
    expect([answer.status, answer.location]).toEqual([303, '/admin/mail']);
    await server.mailTo('gone@example.org');
    expect((await admin.post(`/admin/mail/${id}/retry`, {})).status).toBe(404);
  });

  it('waits while the server is away and keeps no request waiting, then arrives once', async () => {
    await server.close();
    const people = Array.from({ length: 20 }, (_, i) => `outage${i}@example.org`);
    for (const email of people) {
      await somebody(site, email);
      await mailRecovery(site, email);
    }
    await until(async () =>
      (await outboxOf(site)).some(({ attempts, fault }) => attempts > 0 && /ECONNREFUSED/.test(fault ?? '')),
    );
    await server.open();
    for (const email of people) await server.mailTo(email);
    await until(async () => (await outboxOf(site)).every(({ dueAt }) => dueAt === null));
    for (const email of people) expect(server.mailsTo(email)).toHaveLength(1);
  });

  it('that waits for the server is shown with the reason at once, and on the first page after an hour', async () => {
    const admin = await site.admin();
    const told = 'can’t be sent: the mail server has failed for more than an hour';
    await server.close();
    await somebody(site, 'patient@example.org');
    await mailRecovery(site, 'patient@example.org');
    await until(async () => (await outboxOf(site)).at(-1)!.attempts > 0);
    const { body } = await admin.get('/admin/mail');
    expect(body).toMatch(
      /emails? (is|are) waiting and will be sent as soon as .* The last attempt failed: connect ECONNREFUSED/,
    );
    expect((await admin.get('/admin')).body).not.toContain(told);
    await site.database.change('UPDATE outbox SET tried_since = tried_since - 3600000 WHERE due_at IS NOT NULL');
    expect((await admin.get('/admin')).body).toContain(told);
    await server.open();
    await server.mailTo('patient@example.org');
    await until(async () => (await outboxOf(site)).every(({ dueAt }) => dueAt === null));
    expect((await admin.get('/admin')).body).not.toContain(told);
    expect((await admin.get('/admin/mail')).body).not.toContain('sent as soon as');
  });

  it('is given up after days without success', async () => {
    const pace = site.app.get(MailPace);
    const { givenUpAfter } = pace;
    pace.givenUpAfter = 0;
    await server.answer({ to: { 'never@example.org': { code: 451, text: 'Never' } } });
    await somebody(site, 'never@example.org');
    await mailRecovery(site, 'never@example.org');
    await until(async () => (await outboxOf(site)).at(-1)!.failedAt !== null);
    pace.givenUpAfter = givenUpAfter;
  });

  it('leaves the outbox some days after it was sent', async () => {
    const pace = site.app.get(MailPace);
    const { sentStays } = pace;
    pace.sentStays = -1000;
    await site.app.get(UndeliverableMails).sweep();
    expect((await outboxOf(site)).filter(({ sentAt }) => sentAt !== null)).toEqual([]);
    pace.sentStays = sentStays;
  });
});

describe('A mail without a mail server', () => {
  let site: Site;
  beforeAll(async () => {
    site = await Site.start();
    hurry(site);
  });
  afterAll(() => site.stop());
  const filesOf = () => {
    const { path } = site.app.get(MailFolder);
    return existsSync(path)
      ? readdirSync(path)
          .filter((name) => name.endsWith('.eml'))
          .map((name) => join(path, name))
      : [];
  };
  const mailsTo = (email: string) => filesOf().filter((path) => readFileSync(path, 'utf8').includes(email));

  it('is a file that its owner alone can read, in the order of time, and goes when its link is replaced or used', async () => {
    await somebody(site, 'filed@example.org');
    await mailRecovery(site, 'filed@example.org');
    await until(() => mailsTo('filed@example.org').length === 1);
    const [first] = mailsTo('filed@example.org');
    expect(statSync(first!).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(first!)).mode & 0o777).toBe(0o700);
    await mailRecovery(site, 'filed@example.org');
    await until(() => !existsSync(first!));
    await until(() => mailsTo('filed@example.org').length === 1);
    const [second] = mailsTo('filed@example.org');
    expect([second!, first!].sort()).toEqual([first, second]);
    const raw = readFileSync(second!);
    expect(
      raw
        .toString()
        .split('\n')
        .every((line, i, all) => i === all.length - 1 || line.endsWith('\r')),
    ).toBe(true);
    const mail = await simpleParser(raw);
    const token = linkIn(mail, '/welcome/').split('/').at(-1)!;
    await site.app.get(PasswordLinks).use(visitor, token, 'another');
    await until(() => !existsSync(second!));
  });

  it('goes with its person', async () => {
    await somebody(site, 'leaves@example.org');
    await mailRecovery(site, 'leaves@example.org');
    await until(() => mailsTo('leaves@example.org').length === 1);
    const [file] = mailsTo('leaves@example.org');
    await site.app.get(UsersService).delete(operator, 'leaves@example.org');
    await until(() => !existsSync(file!));
  });
});
