import { codeAt, recoveryCodesOn, setUpApp } from './authenticator';
import type { Person } from './person';
import { ProcessPair, statusesOf } from './process-pair';

const [email, password] = ['owner@example.org', 'a password of a user'];

/** The same code given to two processes at the same moment lets in once, in each of so many rounds. */
export async function useCodesTwice(rounds: number): Promise<void> {
  const pair = await ProcessPair.start();
  try {
    const [owner] = await pair.visitors();
    await owner.register(email, password);
    const { secret, recoveryCodes } = await setUpApp(owner);
    for (let round = 0; round < rounds; round++) {
      // As if the 30 seconds were new ones, and nobody had tried before.
      await pair.database.change('UPDATE authenticator_apps SET last_step = 0');
      await pair.database.change('DELETE FROM rate_limits');
      await expectOneToPass(pair, codeAt(secret));
      if (recoveryCodes.length === 0) {
        await owner.post('/account/recovery-codes');
        recoveryCodes.push(...recoveryCodesOn(await owner.get('/account/two-factor')));
      }
      await expectOneToPass(pair, recoveryCodes.pop()!);
    }
  } finally {
    await pair.stop();
  }
}

async function expectOneToPass(pair: ProcessPair, code: string): Promise<void> {
  const people = await pair.visitors();
  for (const person of people) await comeHalfwayIn(person);
  expect(await statusesOf(people.map((person) => person.post('/login/two-factor', { code })))).toEqual([303, 401]);
}

async function comeHalfwayIn(person: Person): Promise<void> {
  expect((await person.signIn(email, password)).location).toBe('/login/two-factor');
}
