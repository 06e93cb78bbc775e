import { addresses, MailingSite } from './support/mail-processes';

let site: MailingSite;
beforeAll(async () => {
  site = await MailingSite.begin();
});
afterAll(() => site.end());

describe('Two processes of one site', () => {
  it('send each mail once', async () => {
    await Promise.all([site.start(), site.start()]);
    const people = addresses('both', 12);
    expect(new Set(await site.register(people))).toEqual(new Set([303]));
    for (const email of people) await site.server.mailTo(email);
    await site.untilSent();
    for (const email of people) expect(site.server.mailsTo(email)).toHaveLength(1);
  });

  it('lose no mail where one is killed as it sends: another sends it, under the same Message-ID', async () => {
    const [one, other] = site.processes;
    await other!.signal('SIGTERM');
    await site.server.answer({ silent: true });
    await site.register(['killed@example.org']);
    await site.server.untilHeard('killed@example.org');
    await one!.signal('SIGKILL');
    await site.server.answer({});
    const [row] = await site.database.query<{ message_id: string; claim: string | null }>(
      "SELECT message_id, claim FROM outbox WHERE address = 'killed@example.org'",
    );
    expect(row!.claim).not.toBeNull();
    // As it is once the time of the dead one is over.
    await site.database.change("UPDATE outbox SET due_at = 1 WHERE address = 'killed@example.org'");
    await site.start();
    const mail = await site.server.mailTo('killed@example.org');
    expect(mail.messageId).toContain(row!.message_id);
    await site.untilSent();
    expect(site.server.mailsTo('killed@example.org')).toHaveLength(1);
  });
});
