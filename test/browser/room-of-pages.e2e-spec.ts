import type { Browser, Page } from 'playwright-core';
import { AccessMap } from '../../src/access/access-map';
import { launchBrowser, openPage } from '../support/browser';
import { valuesOf } from '../support/fixtures';
import { Furnished, type Who } from '../support/furnished-site';
import { filled } from '../support/route-parameters';

/** How high a page may be in a window so wide. */
const heights = [
  [375, 6000],
  [320, 7500],
  [1280, 3000],
] as const;

/** They are as long as there are people, events and routes. */
const lists = ['/admin/users', '/admin/audit', '/admin/access'];

/** A footer may move while a page is on its way; a tenth of it would be felt. */
const LEAST_SHIFT = 0.01;

/** Every page, on a site with sixty people and fifteen roles, as those who may open it see it. */
describe('every page', () => {
  const furnished = new Furnished();
  let browser: Browser;
  let paths: string[];

  beforeAll(async () => {
    await furnished.furnish();
    const { routes } = furnished.site.app.get(AccessMap);
    const values = await valuesOf(furnished.site, furnished.crew);
    paths = routes.filter(({ method }) => method === 'GET').map(({ path }) => filled(path, values));
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await furnished.site.stop();
  });

  /** What `look` finds on each page that they may open, and the pages. */
  async function walk<T>(by: Browser, who: Who, width: number, look: (page: Page, path: string) => Promise<T>) {
    const opening = { origin: furnished.site.origin, cookie: furnished.cookies[who], viewport: { width, height: 800 } };
    const { page, complaints } = await openPage(by, opening);
    const found: [path: string, T][] = [];
    for (const path of paths) {
      if (!(await isPage(page, path))) continue;
      await page.setViewportSize(opening.viewport);
      await page.goto(path);
      found.push([path, await look(page, path)]);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
    return found;
  }

  /** Not a file to download, a redirect or a refusal. */
  async function isPage(page: Page, path: string): Promise<boolean> {
    const answer = await page.request.get(path, { maxRedirects: 0 });
    return answer.status() === 200 && answer.headers()['content-type']!.startsWith('text/html');
  }

  it.each(['admin', 'user', 'visitor'] as const)('has room for %s, 375, 320 and 1280 pixels wide', async (who) => {
    const found = await walk(browser, who, 375, async (page, path) => {
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
    const found = await walk(large, 'admin', 1280, async (page) => ({
      size: await page.locator('body').evaluate((body) => getComputedStyle(body).fontSize),
      wider: (await page.evaluate(sizeOfPage)).wider,
      cut: [...(await page.evaluate(tablesCut)), ...(await page.evaluate(textCut))],
    }));
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
