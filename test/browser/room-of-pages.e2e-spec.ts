import type { Page } from 'playwright-core';
import { launchBrowser } from '../support/browser';
import { PageWalk } from '../support/page-walk';

/** How high a page may be in a window so wide. */
const heights = [
  [375, 6000],
  [320, 7500],
  [1280, 3000],
] as const;

/** They are as long as there are people and events. */
const lists = ['/admin/users', '/admin/audit'];

/** A footer may move while a page is on its way; a tenth of it would be felt. */
const LEAST_SHIFT = 0.01;

describe('every page', () => {
  let pages: PageWalk;
  beforeAll(async () => (pages = await PageWalk.start()));
  afterAll(() => pages.end());

  it.each(['admin', 'user', 'visitor'] as const)('has room for %s, 375, 320 and 1280 pixels wide', async (who) => {
    const found = await pages.visit(who, { viewport: { width: 375, height: 800 } }, async (page, path) => {
      const isSteady = (await page.evaluate(layoutShift)) < LEAST_SHIFT;
      const faults: string[] = isSteady ? [] : ['moves while it loads'];
      for (const [width, most] of heights) {
        await page.setViewportSize({ width, height: 800 });
        const { wider, height } = await page.evaluate(sizeOfPage);
        if (wider > 0) faults.push(`${wider} pixels wider than ${width}`);
        if (height > most && !lists.includes(path)) faults.push(`${height} pixels high at ${width}`);
        faults.push(...(await page.evaluate(tablesCut)));
      }
      return faults;
    });
    expect(found.length).toBeGreaterThan(who === 'admin' ? 25 : 4);
    expect(found.filter(([, faults]) => faults.length > 0)).toEqual([]);
  });

  it('has room for text of twice the size', async () => {
    const large = await launchBrowser('--blink-settings=defaultFontSize=32');
    const look = async (page: Page) => ({
      size: await page.locator('body').evaluate((body) => getComputedStyle(body).fontSize),
      wider: (await page.evaluate(sizeOfPage)).wider,
      cut: [...(await page.evaluate(tablesCut)), ...(await page.evaluate(textCut))],
    });
    const found = await pages.visit('admin', {}, look, large);
    await large.close();
    expect(found.length).toBeGreaterThan(25);
    const right = { size: '32px', wider: 0, cut: [] };
    expect(found.filter(([, one]) => JSON.stringify(one) !== JSON.stringify(right))).toEqual([]);
  });
});

// What follows runs in the page.

function sizeOfPage(): { wider: number; height: number } {
  const { scrollWidth, scrollHeight } = document.documentElement;
  return { wider: scrollWidth - innerWidth, height: scrollHeight };
}

/** Tables of which something is out of sight, where nothing shows that it moves sideways, by keyboard too. */
function tablesCut(): string[] {
  return [...document.querySelectorAll('table')]
    .filter((table) => {
      const around = table.closest('.scroll[tabindex="0"]');
      const edge = around ? around.getBoundingClientRect().right : innerWidth;
      const isWider = table.getBoundingClientRect().right > edge + 1;
      return isWider && !around;
    })
    .map(({ outerHTML }) => outerHTML.slice(0, 120));
}

/** Controls and headings of which some words can't be read. */
function textCut(): string[] {
  return [...document.querySelectorAll('h1, h2, h3, a, button, summary, label, legend, td, th')]
    .filter((element) => {
      const style = getComputedStyle(element);
      return (
        element.checkVisibility() &&
        !element.matches('.visually-hidden') &&
        style.textOverflow !== 'ellipsis' &&
        style.overflowX !== 'visible' &&
        style.display !== 'inline' &&
        element.scrollWidth > element.clientWidth + 1
      );
    })
    .map(({ outerHTML }) => outerHTML.slice(0, 120));
}

/** By how much what was shown already has moved, as browsers count it. */
function layoutShift(): Promise<number> {
  return new Promise((resolve) => {
    let sum = 0;
    const add = (entries: PerformanceEntry[]) => {
      for (const entry of entries) sum += (entry as PerformanceEntry & { value: number }).value;
    };
    const observer = new PerformanceObserver((list) => add(list.getEntries()));
    observer.observe({ type: 'layout-shift', buffered: true });
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        add(observer.takeRecords());
        resolve(sum);
      }),
    );
  });
}
