import { Obedience } from '../support/random-steps';
import { Site } from '../support/site';

describe('what one process changes', () => {
  let site: Site;
  let obedience: Obedience;
  beforeAll(async () => {
    site = await Site.start();
    obedience = await Obedience.start(site);
  });
  afterAll(async () => {
    await obedience.stop();
    await site.stop();
  });

  it('is obeyed by others at the next request, after each of 200 random steps', async () => {
    await obedience.expectAfter(200);
    expect(Math.min(...Object.values(obedience.seen))).toBeGreaterThan(500);
  });
});
