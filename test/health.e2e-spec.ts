import type { Person } from './support/person';
import { Site } from './support/site';

describe('the health of a site whose database lacks its sessions and migrations', () => {
  let site: Site;
  let user: Person;
  const rename = (from: string, to: string) => site.database.change(`ALTER TABLE ${from} RENAME TO ${to}`);

  beforeAll(async () => {
    site = await Site.start();
    user = await site.user();
    expect((await user.get('/health/ready')).status).toBe(200);
    await rename('sessions', 'sessions_gone');
    await rename('migrations', 'migrations_gone');
  });
  afterAll(() => site.stop());

  it.each([
    ['/health/live', 200],
    ['/health/live/', 200],
    ['/Health/LIVE?from=a-balancer', 200],
    ['/health/ready', 503],
  ])('is told to who has a session too: GET %s', async (path, status) => {
    for (const person of [user, site.visitor()]) {
      const answer = await person.get(path);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([status, expect.stringMatching(/json/)]);
    }
  });

  it('takes no form', async () => {
    expect((await user.post('/health/live', { status: 'ok' })).status).toBe(404);
    expect((await user.get('/account')).status).toBeGreaterThanOrEqual(500);
  });

  it('is good again with its database, and who was signed in still is', async () => {
    await rename('sessions_gone', 'sessions');
    await rename('migrations_gone', 'migrations');
    expect((await user.get('/health/ready')).status).toBe(200);
    expect((await user.get('/account')).status).toBe(200);
  });
});
