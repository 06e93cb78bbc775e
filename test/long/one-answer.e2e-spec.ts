import { expectOneAnswer } from '../support/random-questions';
import { Site } from '../support/site';

describe('10 000 random questions who may use which route, and when,', () => {
  let site: Site;
  beforeAll(async () => (site = await Site.start({ REQUIRE_SECOND_FACTOR: 'admin' })));
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => site.stop());

  it('have one answer: in the guard, the navigation, the command line and the page', async () => {
    const { letIn, withoutFactor, requests } = await expectOneAnswer(site, 10_000);
    expect(letIn).toBeGreaterThan(1000);
    expect(withoutFactor).toBeGreaterThan(100);
    expect(requests).toBe(200);
  });
});
