import { setTimeout as pause } from 'node:timers/promises';
import { emptyDatabase, type TestDatabase } from './database';
import { MailServer } from './mail-server';
import { SiteProcess } from './processes';
import { testEnvironment } from './site';

/** Registrations over two processes of one site, whose mail server can be told what to do. */
export class MailingSite {
  readonly processes: SiteProcess[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly server: MailServer,
  ) {}

  static async begin(): Promise<MailingSite> {
    return new MailingSite(await emptyDatabase(), await MailServer.start());
  }

  async start(): Promise<SiteProcess> {
    const site = new SiteProcess({ ...testEnvironment(this.database.url), MAIL_URL: this.server.url });
    this.processes.push(site);
    await site.origin();
    return site;
  }

  /** @returns the statuses */
  async register(emails: readonly string[]): Promise<number[]> {
    const running = this.processes.filter(({ hasEnded }) => !hasEnded);
    return Promise.all(
      emails.map(async (email, i) => {
        const person = await running[i % running.length]!.visitor();
        return (await person.register(email, 'three unrelated words')).status;
      }),
    );
  }

  async untilSent(): Promise<void> {
    while ((await this.database.query('SELECT id FROM outbox WHERE due_at IS NOT NULL')).length > 0) await pause(50);
  }

  async end(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.signal('SIGKILL')));
    this.server.stop();
    await this.database.drop();
  }
}

export const addresses = (name: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${name}${i}@example.org`);
