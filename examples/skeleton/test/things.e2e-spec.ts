import { expectOnly } from './support/expect-only';
import { Site } from './support/site';

describe('things', () => {
  let site: Site;

  beforeAll(async () => (site = await Site.start()));
  afterAll(() => site.stop());

  it('are for who may see and add them', async () => {
    for (const route of ['GET /things', 'GET /things/new', 'POST /things/new'])
      await expectOnly(site, ['Admin'], route);
  });

  it('are added and seen', async () => {
    const admin = await site.admin();
    expect((await admin.post('/things/new', { name: '' })).body).toContain('Give it a name.');
    expect((await admin.post('/things/new', { name: 'The first' })).location).toBe('/things');
    expect((await admin.get('/things')).body).toContain('<bdi>The first</bdi>');
  });
});
