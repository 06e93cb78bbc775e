import { setUpApp } from './support/authenticator';
import type { Person } from './support/person';
import { Site } from './support/site';

const json = { accept: 'application/json' };
let site: Site;

async function isLed(person: Person, path: string): Promise<boolean> {
  const page = await person.get(path);
  return page.status === 303 && page.location === '/account/two-factor';
}

describe('Where REQUIRE_SECOND_FACTOR is admin', () => {
  beforeAll(async () => {
    site = await Site.start({ REQUIRE_SECOND_FACTOR: 'admin' });
  });
  afterAll(() => site.stop());

  it('nobody else must have one', async () => {
    const person = await site.user();
    for (const path of ['/', '/account']) expect([path, (await person.get(path)).status]).toEqual([path, 200]);
  });

  it('whoever can open the administration is led through setting it up before anything else opens', async () => {
    const admin = await site.admin();
    for (const path of ['/', '/account', '/account/password', '/admin', '/admin/users'])
      expect([path, await isLed(admin, path)]).toEqual([path, true]);
    const page = await admin.get('/account/two-factor');
    expect(page.status).toBe(200);
    expect(page.body).toContain('Your account needs a second factor before you can go on');
    for (const path of ['/account/passkeys', '/verify', '/health/live'])
      expect([path, (await admin.get(path)).status]).toEqual([path, 200]);
  });

  it('programs are told by a problem document, and forms change nothing', async () => {
    const admin = await site.admin();
    const page = await admin.get('/admin', json);
    expect(page.status).toBe(403);
    expect(page.headers.get('content-type')).toContain('application/problem+json');
    expect(await admin.post('/account/sessions/end', { all: 'yes' })).toMatchObject({
      location: '/account/two-factor',
    });
  });

  it('they can sign out, or go on once it is set up', async () => {
    const admin = await site.admin();
    expect(await admin.post('/logout')).toMatchObject({ status: 303, location: '/' });
    const again = await site.admin();
    await setUpApp(again);
    expect((await again.get('/admin')).status).toBe(200);
    await again.post('/account/two-factor/remove');
    expect(await isLed(again, '/admin')).toBe(true);
  });
});
