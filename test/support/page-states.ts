import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { barriersOn, launchBrowser, openPage } from './browser';
import type { Furnished, Who } from './furnished-site';

/** Pictures of every page, to be looked at. */
const pictures = join(__dirname, '../../screenshots');

const wide = { width: 1280, height: 900 };
const narrow = { width: 375, height: 800 };

/** A page in one of its states: who sees it, with which status, and the way to it. */
export type PageState = [name: string, who: Who, status: number, open: (page: Page) => Promise<unknown>];

export const press = (page: Page, name: string) =>
  page.getByRole('main').getByRole('button', { name, exact: true }).click();
/** Presses the button of the page's form; what there is besides, like a passkey, stands below it. */
export const submit = (page: Page) => page.getByRole('main').getByRole('button').first().click();
/** Presses the button under what would change. */
export const confirm = (page: Page) => page.locator('.confirm').getByRole('button').click();

/** Opens each on a site of its own, and sees that nobody is kept out by how it is made. */
export function expectNoBarrier(pages: readonly PageState[], furnished: Furnished): void {
  let browser: Browser;

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    await furnished.furnish();
    browser = await launchBrowser();
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(async () => {
    await browser.close();
    await furnished.site.stop();
  });

  function pageOf(who: Who) {
    const { cookies, site } = furnished;
    return openPage(browser, { origin: site.origin, cookie: cookies[who], viewport: wide });
  }

  describe.each(pages)('the page "%s"', (name, who, status, open) => {
    const statuses: number[] = [];
    let page: Page;
    let complaints: string[];

    beforeAll(async () => {
      ({ page, complaints } = await pageOf(who));
      page.on('response', (answer) => answer.request().isNavigationRequest() && statuses.push(answer.status()));
      await open(page);
      await page.waitForLoadState();
    });
    afterAll(() => page.context().close());

    it('has a title of its own, one h1, a language, landmarks and a way past the navigation', async () => {
      expect(statuses.at(-1)).toBe(status);
      const h1 = await page.locator('h1').allTextContents();
      expect(h1).toHaveLength(1);
      expect(await page.title()).toMatch(/^\S.* · Music Festival Organizer$/);
      expect(await page.locator('html').getAttribute('lang')).toBe('en');
      for (const landmark of ['banner', 'main', 'contentinfo'] as const) {
        expect(await page.getByRole(landmark).count()).toBe(1);
      }
      expect(await page.locator('a, button, input, summary').first().textContent()).toBe('Skip to the content');
      // Where something is wrong, the focus is in the summary of it already.
      if ((await page.locator('main [autofocus]').count()) > 0) return;
      await page.keyboard.press('Tab');
      expect(await page.locator(':focus').textContent()).toBe('Skip to the content');
      await page.locator(':focus').blur();
    });

    it('has no barrier and no complaint, light and dark, wide and narrow', async () => {
      for (const viewport of [wide, narrow]) {
        await page.setViewportSize(viewport);
        expect(await overflow(page)).toBe(0);
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          expect([colorScheme, await barriersOn(page)]).toEqual([colorScheme, []]);
          await picture(page, `${name}-${colorScheme}-${viewport.width}`);
        }
      }
      await page.setViewportSize({ width: 320, height: 800 });
      expect(await overflow(page)).toBe(0);
      await spaceOut(page);
      expect(await overflow(page)).toBe(0);
      expect(complaints).toEqual([]);
    });
  });
}

async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(pictures, `${name.replaceAll(' ', '-')}.png`), fullPage: true });
}

/** As much room between lines, words and letters as a reader may ask for (WCAG 1.4.12). */
async function spaceOut(page: Page): Promise<void> {
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
       p { margin-bottom: 2em !important; }`,
    );
    document.adoptedStyleSheets = [sheet];
  });
}

/** By how many pixels the page is wider than the window. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
