import { emptyDatabase, type TestDatabase } from './support/database';
import { pathOf } from './support/mail-flows';
import { linkIn, MailServer } from './support/mail-server';
import { cli, SiteProcess } from './support/processes';
import { testEnvironment } from './support/site';

const password = 'a password of a user';

describe('Two processes that are given one link at the same moment', () => {
  let server: MailServer;
  let database: TestDatabase;
  let environment: Record<string, string>;
  let sites: SiteProcess[];

  beforeAll(async () => {
    server = await MailServer.start();
    database = await emptyDatabase();
    environment = { ...testEnvironment(database.url), MAIL_URL: server.url };
    sites = [new SiteProcess(environment), new SiteProcess(environment)];
    await Promise.all(sites.map((site) => site.origin()));
  });
  afterAll(async () => {
    await Promise.all(sites.map((site) => site.signal('SIGKILL')));
    await database.drop();
    server.stop();
  });

  const pathTo = async (email: string, path: string) => pathOf(linkIn(await server.mailTo(email, 1, path), path));
  const usedAtOnce = async (path: string) => {
    const people = await Promise.all(sites.map((site) => site.visitor()));
    const answers = await Promise.all(people.map((person) => person.post(path)));
    return answers.map(({ status }) => status).sort();
  };

  it.each([1, 2, 3, 4, 5])(
    'use it once: to confirm an address, to undo it, to say that it was not them (%i)',
    async (i) => {
      const [email, moved] = [`racer${i}@example.org`, `moved${i}@example.org`];
      await cli(environment, ['users', 'create', email, '--password', password, '--active']);
      const [owner, elsewhere] = await Promise.all(sites.map((site) => site.visitor()));
      await owner!.signIn(email, password);
      await elsewhere!.signIn(email, password);
      await owner!.post('/account/email', { email: moved });
      expect(await usedAtOnce(await pathTo(moved, '/confirm-email/'))).toEqual([303, 410]);
      expect(await usedAtOnce(await pathTo(email, '/undo-email/'))).toEqual([303, 410]);
      expect(await usedAtOnce(await pathTo(email, '/not-me/'))).toEqual([303, 410]);
    },
  );
});
