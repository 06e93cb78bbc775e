import type { Browser, Page } from 'playwright-core';
import { launchBrowser, openPage, type Opening } from './browser';

// A browser that runs while the tests of the spec do that imports it.
export let browser: Browser;
/** The one that was opened last. */
export let page: Page;
const opened: Awaited<ReturnType<typeof openPage>>[] = [];

beforeAll(async () => (browser = await launchBrowser()));
afterEach(async () => {
  for (const { page, complaints } of opened.splice(0)) {
    await page.context().close();
    expect(complaints).toEqual([]);
  }
});
afterAll(() => browser.close());

/** A page for this test alone: when it ends, the browser must have had nothing to complain about there. */
export async function open(opening: Opening): Promise<Page> {
  const one = await openPage(browser, opening);
  opened.push(one);
  return (page = one.page);
}
