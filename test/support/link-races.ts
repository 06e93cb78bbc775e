import { MailServer } from './mail-server';
import type { Person } from './person';
import { ProcessPair, statusesOf } from './process-pair';

const [password, another] = ['three unrelated words', 'some quite other words'];

/** Each link of a mail that two processes get at the same moment is used once, in each of so many rounds. */
export async function useLinksTwice(rounds: number): Promise<void> {
  const server = await MailServer.start();
  const pair = await ProcessPair.start({ MAIL_URL: server.url });
  try {
    for (let round = 0; round < rounds; round++) {
      // As if nobody had tried before.
      await pair.database.change('DELETE FROM rate_limits');
      await new Round(pair, server, round).run();
    }
  } finally {
    await pair.stop();
    server.stop();
  }
}

/** What happens to one account, from its registration on. */
class Round {
  private readonly email: string;
  private readonly moved: string;

  constructor(
    private readonly pair: ProcessPair,
    private readonly server: MailServer,
    round: number,
  ) {
    [this.email, this.moved] = [`racer${round}@example.org`, `moved${round}@example.org`];
  }

  async run(): Promise<void> {
    const [one, other] = await this.pair.visitors();
    await one.register(this.email, password);
    await this.expectOneUse(this.email, '/confirm-email/', { password });
    await one.post('/forgot-password', { email: this.email });
    await this.expectOneUse(this.email, '/welcome/', { password: another, password_confirm: another });
    await this.signIn(one);
    await this.signIn(other);
    await one.post('/account/email', { email: this.moved });
    await this.expectOneUse(this.moved, '/confirm-email/');
    await this.expectOneUse(this.email, '/undo-email/');
    await this.expectOneUse(this.email, '/not-me/');
  }

  private async signIn(person: Person): Promise<void> {
    expect((await person.signIn(this.email, another)).status).toBe(303);
  }

  private async expectOneUse(address: string, kind: string, fields: Record<string, string> = {}): Promise<void> {
    const path = await this.server.pathTo(address, kind);
    const people = await this.pair.visitors();
    const statuses = await statusesOf(people.map((person) => person.post(path, fields)));
    expect([path, statuses]).toEqual([path, [303, 410]]);
  }
}
