import { barriersOn } from '../support/browser';
import { open, page } from '../support/page-of-test';
import { Site } from '../support/site';

/** What every page has around its content. */
describe('the frame of the pages', () => {
  let site: Site;
  let cookies: Record<'admin' | 'user', string>;

  beforeAll(async () => {
    site = await Site.start();
    const admin = await site.admin();
    const user = await site.user('ada@example.org');
    await user.post('/account/profile', { name: 'Ada Lovelace' });
    cookies = { admin: admin.cookie, user: user.cookie };
  });
  afterAll(() => site.stop());

  async function openAs(
    who: 'admin' | 'user',
    path: string,
    { width = 1280, javaScriptEnabled = true } = {},
  ): Promise<void> {
    const viewport = { width, height: 800 };
    await open({ origin: site.origin, cookie: cookies[who], path, viewport, javaScriptEnabled });
  }

  const menu = () => page.locator('.own-links summary');
  const areas = () => page.getByRole('navigation', { name: 'Administration' });
  const signOut = () => page.getByRole('button', { name: 'Sign out', exact: true });
  const heightOf = async (selector: string) => (await page.locator(selector).boundingBox())!.height;

  it.each([true, false])(
    'has a menu under one’s name, by the keyboard alone, with JavaScript: %s',
    async (javaScriptEnabled) => {
      await openAs('user', '/', { javaScriptEnabled });
      expect((await menu().textContent())?.trim()).toBe('Menu of Ada Lovelace');
      expect(await signOut().isVisible()).toBe(false);
      await menu().focus();
      await page.keyboard.press('Enter');
      const links = page.locator('.own-links').getByRole('link');
      expect(await links.allTextContents()).toEqual(['Account', 'Sessions']);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/account#sessions');
      await menu().focus();
      await page.keyboard.press('Enter');
      expect(await signOut().isVisible()).toBe(true);
    },
  );

  it('closes the menu by Escape, which goes back to its button, and by a click elsewhere', async () => {
    await openAs('user', '/');
    await menu().click();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Escape');
    expect(await signOut().isVisible()).toBe(false);
    expect(await menu().evaluate((button) => button === document.activeElement)).toBe(true);
    await menu().click();
    expect(await signOut().isVisible()).toBe(true);
    await page.locator('h1').click();
    expect(await signOut().isVisible()).toBe(false);
  });

  it.each([1280, 375])(
    'has the areas of the administration above the title, always at the same place, %d wide',
    async (width) => {
      const places = new Set<string>();
      await openAs('admin', '/admin', { width });
      for (const path of [
        '/admin',
        '/admin/users',
        '/admin/users/1',
        '/admin/users/1/profile',
        '/admin/access/why',
        '/admin/mail',
        '/admin/nowhere',
      ]) {
        await page.goto(path);
        const { x, y, height } = (await areas().boundingBox())!;
        places.add([x, y, height].join());
        expect((await page.locator('h1').boundingBox())!.y).toBeGreaterThan(y + height);
        expect(await areas().getByRole('link').allTextContents()).toEqual([
          'Overview',
          'People',
          'Roles',
          'Access',
          'Activity',
          'Requests',
        ]);
      }
      expect(places.size).toBe(1);
      expect(await heightOf('.tabs')).toBeLessThan(48);
      await page.goto('/admin/requests');
      await areas().getByRole('link', { name: 'Requests' }).click();
      expect(await areas().locator('[aria-current=page]').textContent()).toBe('Requests');
    },
  );

  it('is no wider than the window and has a header of one line, with the search behind a link, on a phone', async () => {
    for (const width of [375, 320]) {
      await openAs('admin', '/admin', { width });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      expect(await heightOf('.bar')).toBeLessThan(72);
      expect(await page.locator('#site-search').isVisible()).toBe(false);
      await page.keyboard.press('/');
      await page.waitForURL('**/admin/search');
      expect(await page.locator('#q').evaluate((field) => field === document.activeElement)).toBe(true);
      await menu().click();
      await page.locator('.own-links').getByRole('link', { name: 'Admin' }).click();
      await page.waitForURL('**/admin');
      await menu().click();
      expect(await barriersOn(page)).toEqual([]);
    }
  });

  it('says where one is below a section, and leads back', async () => {
    await openAs('admin', '/admin/users/1/profile');
    const trail = page.getByRole('navigation', { name: 'Breadcrumb' });
    expect((await trail.getByRole('listitem').allTextContents()).map((text) => text.trim())).toEqual([
      'Admin',
      'People',
      'admin@fakesite.com',
      'Name and address',
    ]);
    await trail.getByRole('link', { name: 'admin@fakesite.com' }).click();
    await page.waitForURL('**/admin/users/1');
    await page.goto('/admin/users');
    expect(await trail.count()).toBe(0);
    await page.goto('/account/password');
    expect(await trail.getByRole('link').allTextContents()).toEqual(['Account']);
  });

  it('has the pages of an area below it', async () => {
    await openAs('admin', '/admin');
    await areas().getByRole('link', { name: 'Access' }).click();
    const pages = page.getByRole('navigation', { name: 'Access', exact: true });
    expect(await pages.getByRole('link').allTextContents()).toEqual(['Access map', 'Can … do …?', 'Permissions']);
    await pages.getByRole('link', { name: 'Permissions' }).click();
    expect(await page.locator('h1').textContent()).toBe('Permissions');
    expect(await areas().locator('[aria-current]').textContent()).toBe('Access');
    await areas().getByRole('link', { name: 'Activity' }).click();
    expect(await page.getByRole('navigation', { name: 'Activity' }).getByRole('link').allTextContents()).toEqual([
      'Audit log',
      'Sign-ins and refusals',
      'Undelivered emails',
    ]);
  });
});
