import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { AccessMap } from '../../src/access/access-map';
import { launchBrowser, openPage } from './browser';
import { valuesOf } from './fixtures';
import { Furnished, type Who } from './furnished-site';
import { filled } from './route-parameters';

/** Every page, on a site with sixty people and fifteen roles, as those who may open it see it. */
export class PageWalk {
  private constructor(
    private readonly furnished: Furnished,
    private readonly browser: Browser,
    private readonly paths: readonly string[],
  ) {}

  static async start(): Promise<PageWalk> {
    const furnished = new Furnished();
    await furnished.furnish();
    const { routes } = furnished.site.app.get(AccessMap);
    const values = await valuesOf(furnished.site, furnished.crew);
    const paths = routes.filter(({ method }) => method === 'GET').map(({ path }) => filled(path, values));
    return new PageWalk(furnished, await launchBrowser(), paths);
  }

  async end(): Promise<void> {
    await this.browser.close();
    await this.furnished.site.stop();
  }

  /** What `look` finds on each page that they may open, and the pages. */
  async visit<T>(
    who: Who,
    options: BrowserContextOptions,
    look: (page: Page, path: string) => Promise<T>,
    browser = this.browser,
  ): Promise<[path: string, T][]> {
    const { site, cookies } = this.furnished;
    const { page, complaints } = await openPage(browser, { origin: site.origin, cookie: cookies[who], ...options });
    const found: [path: string, T][] = [];
    for (const path of this.paths) {
      if (!(await isPage(page, path))) continue;
      if (options.viewport) await page.setViewportSize(options.viewport);
      await page.goto(path);
      found.push([path, await look(page, path)]);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
    return found;
  }
}

/** Not a file to download, a redirect or a refusal. */
async function isPage(page: Page, path: string): Promise<boolean> {
  const answer = await page.request.get(path, { maxRedirects: 0 });
  return answer.status() === 200 && answer.headers()['content-type']!.startsWith('text/html');
}
