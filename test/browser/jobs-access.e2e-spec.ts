import type { Locator } from 'playwright-core';
import { SignInEvents } from '../../src/audit/sign-in-events';
import { furnished, openAsAdmin } from '../support/furnished-page';
import { page } from '../support/page-of-test';

/** What somebody does with a page, each counted as one: a click, a key that stands for it, or a word that is typed and sent. */
interface Hands {
  follow(link: Locator): Promise<void>;
  search(words: string): Promise<void>;
}

/** From the home page, without knowing an address or a route. */
describe('"why was this person refused?"', () => {
  let interactions: number;

  beforeAll(async () => {
    const jan = await furnished.site.user('jan@example.org');
    await jan.post('/account/profile', { name: 'Jan Novák' });
    await jan.get('/admin/audit');
    await furnished.site.app.get(SignInEvents).flush();
  });
  beforeEach(async () => {
    await openAsAdmin('/');
    interactions = 0;
  });

  const mouse: Hands = {
    async follow(link) {
      interactions++;
      const arrived = page.waitForEvent('load');
      await link.click();
      await arrived;
    },
    async search(words) {
      interactions++;
      await page.locator('#site-search').click();
      await page.keyboard.type(words);
      const arrived = page.waitForEvent('load');
      await page.keyboard.press('Enter');
      await arrived;
    },
  };

  const keyboard: Hands = {
    async follow(link) {
      interactions++;
      const reached = link.and(page.locator(':focus'));
      for (let presses = 0; (await reached.count()) === 0; presses++) {
        expect(presses).toBeLessThan(200);
        await page.keyboard.press('Tab');
      }
      const arrived = page.waitForEvent('load');
      await page.keyboard.press('Enter');
      await arrived;
    },
    async search(words) {
      interactions++;
      await page.keyboard.press('/');
      await page.keyboard.type(words);
      const arrived = page.waitForEvent('load');
      await page.keyboard.press('Enter');
      await arrived;
    },
  };

  const link = (name: string | RegExp, exact = true) => page.getByRole('link', { name, exact });
  const answer = () => page.locator('#answer').textContent();

  describe.each([
    ['by mouse', mouse],
    ['by the keyboard alone', keyboard],
  ])('%s', (_how, hands) => {
    it('is answered in three interactions by a word of their name', async () => {
      await hands.search('nov');
      await hands.follow(page.getByRole('main').getByRole('link', { name: 'Jan Novák', exact: true }));
      await hands.follow(link('Why? Read the audit log'));
      expect(await answer()).toMatch(/No\s+Jan Novák can’t read the audit log\./);
      expect(interactions).toBeLessThanOrEqual(3);
    });

    it('is answered in three interactions by the figures of refusals', async () => {
      await hands.follow(page.getByRole('banner').getByRole('link', { name: 'Admin', exact: true }));
      await hands.follow(link(/^Pages refused/));
      await hands.follow(link('Why? Jan Novák'));
      expect(await answer()).toMatch(/No\s+Jan Novák can’t read the audit log\./);
      expect(interactions).toBeLessThanOrEqual(3);
    });
  });
});
