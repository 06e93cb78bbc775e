import { setTimeout as pause } from 'node:timers/promises';
import { emptyDatabase, type TestDatabase } from '../support/database';
import { SiteProcess } from '../support/processes';
import { testEnvironment } from '../support/site';

const password = 'a password of a user';

describe('while one account is signed in to 120 times at once, at cost 12,', () => {
  let database: TestDatabase;
  let site: SiteProcess;

  beforeAll(async () => {
    database = await emptyDatabase();
    site = new SiteProcess({ ...testEnvironment(database.url), TRUST_PROXY: 'loopback', BCRYPT_COST: '12' });
    for (const email of ['flooded@example.org', 'calm@example.org'])
      expect((await (await site.visitor()).register(email, password)).status).toBe(303);
  });
  afterAll(async () => {
    await site.signal('SIGTERM');
    await database.drop();
  });

  const signIn = async (email: string, typed: string, network: string) => {
    const begun = performance.now();
    const { status, headers } = await (
      await site.visitor()
    ).post('/login', { email, password: typed }, { 'x-forwarded-for': network });
    return { status, took: performance.now() - begun, retryAfter: Number(headers.get('retry-after')) };
  };
  const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

  it.each<[string, (i: number) => string]>([
    ['from one network', () => '10.9.0.1'],
    ['from 40 networks', (i) => `10.9.1.${i % 40}`],
  ])(
    '%s, somebody else signs in from elsewhere, and whoever is refused is told when to come again',
    async (_case, networkOf) => {
      const idle: number[] = [];
      for (let i = 0; i < 5; i++) idle.push((await signIn('calm@example.org', password, '10.8.0.1')).took);
      const flood = Array.from({ length: 120 }, (_, i) =>
        signIn('flooded@example.org', i % 2 === 0 ? password : 'not the password', networkOf(i)),
      );
      await pause(100);
      const calm: { status: number; took: number }[] = [];
      for (let i = 0; i < 3; i++) calm.push(await signIn('calm@example.org', password, '10.8.0.1'));
      expect(calm.map(({ status }) => status)).toEqual([303, 303, 303]);
      const answers = await Promise.all(flood);
      for (const { status, retryAfter } of answers) {
        expect([303, 401, 429, 503]).toContain(status);
        if (status === 429 || status === 503) expect(retryAfter).toBeGreaterThan(0);
      }
      expect(answers.filter(({ status }) => status === 429 || status === 503).length).toBeGreaterThan(0);
      expect(median(calm.map(({ took }) => took)) / median(idle)).toBeLessThan(3);
    },
  );
});
