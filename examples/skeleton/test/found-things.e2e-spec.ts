import { expectOnly } from './support/expect-only';
import { Site } from './support/site';

describe('found things', () => {
  let site: Site;

  beforeAll(async () => (site = await Site.start()));
  afterAll(() => site.stop());

  it('are for who may see and add them', async () => {
    for (const route of ['GET /found-things', 'GET /found-things/new', 'POST /found-things/new'])
      await expectOnly(site, ['Admin'], route);
  });

  it('are added and seen', async () => {
    const admin = await site.admin();
    expect((await admin.post('/found-things/new', { name: '' })).body).toContain('Give it a name.');
    expect((await admin.post('/found-things/new', { name: 'The first' })).location).toBe('/found-things');
    expect((await admin.get('/found-things')).body).toContain('<bdi>The first</bdi>');
  });
});
