import { codeAt, recoveryCodesOn, setUpApp } from './authenticator';
import { emptyDatabase } from './database';
import type { Person } from './person';
import { SiteProcess } from './processes';
import { testEnvironment } from './site';

const [email, password] = ['owner@example.org', 'a password of a user'];

/** The same code given to two processes at the same moment lets in once, in each of so many rounds. */
export async function useCodesTwice(rounds: number): Promise<void> {
  const database = await emptyDatabase();
  const environment = testEnvironment(database.url);
  const sites = [new SiteProcess(environment), new SiteProcess(environment)];
  try {
    await Promise.all(sites.map((site) => site.origin()));
    const owner = await sites[0]!.visitor();
    await owner.register(email, password);
    const { secret, recoveryCodes } = await setUpApp(owner);
    for (let round = 0; round < rounds; round++) {
      // As if the 30 seconds were new ones, and nobody had tried before.
      await database.change('UPDATE authenticator_apps SET last_step = 0');
      await database.change('DELETE FROM rate_limits');
      await expectOneToPass(sites, codeAt(secret));
      if (recoveryCodes.length === 0) {
        await owner.post('/account/recovery-codes');
        recoveryCodes.push(...recoveryCodesOn(await owner.get('/account/two-factor')));
      }
      await expectOneToPass(sites, recoveryCodes.pop()!);
    }
  } finally {
    await Promise.all(sites.map((site) => site.signal('SIGKILL')));
    await database.drop();
  }
}

async function expectOneToPass(sites: readonly SiteProcess[], code: string): Promise<void> {
  const people = await Promise.all(sites.map(halfwayIn));
  const pages = await Promise.all(people.map((person) => person.post('/login/two-factor', { code })));
  expect(pages.map(({ status }) => status).sort()).toEqual([303, 401]);
}

async function halfwayIn(site: SiteProcess): Promise<Person> {
  const person = await site.visitor();
  expect((await person.signIn(email, password)).location).toBe('/login/two-factor');
  return person;
}
