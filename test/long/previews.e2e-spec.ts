import { expectTruePreviews } from '../support/random-previews';
import { Site } from '../support/site';

describe('500 random changes of random people', () => {
  let site: Site;
  beforeAll(async () => (site = await Site.start()));
  afterAll(() => site.stop());

  it('make the difference that was shown before each', () => expectTruePreviews(site, 500));
});
