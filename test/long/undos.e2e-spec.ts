import { expectTrueUndos } from '../support/random-undos';
import { Site } from '../support/site';

describe('500 random changes of random people, with others since,', () => {
  let site: Site;
  beforeAll(async () => (site = await Site.start()));
  afterAll(() => site.stop());

  it('are undone but for what changed since, as it was shown, and nobody climbs', async () => {
    const seen = await expectTrueUndos(site, 500);
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
  });
});
