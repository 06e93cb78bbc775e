import { emptyDatabase, type TestDatabase } from './database';
import type { Page, Person } from './person';
import { SiteProcess } from './processes';
import { testEnvironment } from './site';

/** Two processes of one site, which get the same thing at the same moment. */
export class ProcessPair {
  private constructor(
    readonly database: TestDatabase,
    private readonly sites: readonly SiteProcess[],
  ) {}

  static async start(changes: Record<string, string> = {}): Promise<ProcessPair> {
    const database = await emptyDatabase();
    const environment = { ...testEnvironment(database.url), ...changes };
    const pair = new ProcessPair(database, [new SiteProcess(environment), new SiteProcess(environment)]);
    try {
      await pair.visitors();
    } catch (error) {
      await pair.stop();
      throw error;
    }
    return pair;
  }

  /** One at each. */
  async visitors(): Promise<[Person, Person]> {
    return Promise.all(this.sites.map((site) => site.visitor())) as Promise<[Person, Person]>;
  }

  async stop(): Promise<void> {
    await Promise.all(this.sites.map((site) => site.signal('SIGKILL')));
    await this.database.drop();
  }
}

/** @returns what each of them was answered, in the order of the statuses */
export async function statusesOf(answers: readonly Promise<Page>[]): Promise<number[]> {
  return (await Promise.all(answers)).map(({ status }) => status).sort();
}
