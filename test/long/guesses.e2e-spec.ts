import { setTimeout as pause } from 'node:timers/promises';
import pLimit from 'p-limit';
import { Passwords } from '../../src/credentials/passwords';
import { Site } from '../support/site';

const [email, password] = ['guessed@example.org', 'a password of a user'];
const ATTEMPTS = 5000;
const NETWORKS = 500;

describe(`while ${ATTEMPTS} guesses at an account come from ${NETWORKS} networks`, () => {
  let site: Site;

  beforeAll(async () => {
    site = await Site.start({ TRUST_PROXY: '127.0.0.1' });
  });
  afterAll(() => site.stop());

  it('fewer than 100 of them are compared with its password, and its owner signs in all the time', async () => {
    const owner = await site.user(email, password);
    await owner.post('/logout');
    const verify = jest.spyOn(site.app.get(Passwords), 'verify');
    const atOnce = pLimit(20);
    let isOver = false;
    const guesses = Array.from({ length: ATTEMPTS }, (_, i) =>
      atOnce(async () => {
        const network = `10.${Math.floor((i % NETWORKS) / 250)}.${i % 250}.1`;
        const guess = { email, password: `a guess ${i}` };
        return (await site.visitor().post('/login', guess, { 'x-forwarded-for': network })).status;
      }),
    );
    const all = Promise.all(guesses).finally(() => (isOver = true));
    const ofOwner: number[] = [];
    while (!isOver) {
      ofOwner.push((await owner.signIn(email, password)).status);
      await owner.post('/logout');
      await pause(500);
    }
    const statuses = await all;
    expect(new Set(ofOwner)).toEqual(new Set([303]));
    expect(ofOwner.length).toBeGreaterThan(1);
    const compared = verify.mock.calls.filter(([typed]) => typed.startsWith('a guess')).length;
    expect(compared).toBe(statuses.filter((status) => status === 401).length);
    expect(compared).toBeLessThan(100);
    expect(statuses.filter((status) => status === 429)).toHaveLength(ATTEMPTS - compared);
  });
});
