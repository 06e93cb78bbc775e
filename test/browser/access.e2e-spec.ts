import { operator } from '../../src/audit/actor';
import { barriersOn } from '../support/browser';
import { furnished, openAsAdmin as open } from '../support/furnished-page';
import { page } from '../support/page-of-test';

/** Sixty people and sixteen roles. */
describe('who can do what', () => {
  const main = () => page.getByRole('main');
  const cells = (row: string) => page.locator('.map tr', { hasText: row }).first().locator('td:visible');

  it.each([
    [1280, 3000],
    [375, 6000],
  ])('is said on pages that are at most so long, %d pixels wide: %d', async (width, most) => {
    await open('/admin/access', { width });
    for (const path of [
      '/admin/access',
      '/admin/access?unfold=all',
      '/admin/access/why?email=ada@example.org',
      '/admin/access/why?email=ada@example.org&route=GET+/admin/audit',
      '/admin/access/route?route=GET+/admin',
      '/admin/access/route?page=admin',
      '/admin/permissions',
      '/admin/roles/2',
    ]) {
      await page.goto(path);
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      expect([path, height, height <= most]).toEqual([path, height, true]);
    }
  });

  it('is a map whose areas unfold, and whose head stays in sight', async () => {
    await open('/admin/access');
    const row = page.locator('.map tr', { hasText: 'Read the audit log' });
    expect(await row.isVisible()).toBe(false);
    await page.locator('.map summary', { hasText: 'Administration' }).focus();
    await page.keyboard.press('Enter');
    expect(await row.isVisible()).toBe(true);
    await page.locator('.map tr:visible').last().scrollIntoViewIfNeeded();
    await page.mouse.wheel(0, 500);
    await page.waitForFunction(() => scrollY > 300);
    const { y } = (await page.getByRole('columnheader', { name: 'Keyholder' }).boundingBox())!;
    expect(Math.round(y)).toBe(0);
    expect(await barriersOn(page)).toEqual([]);
  });

  it.each([true, false])('shows the roles that are chosen, with JavaScript: %s', async (javaScriptEnabled) => {
    await open('/admin/access', { javaScriptEnabled });
    await main().locator('summary', { hasText: 'Choose the roles' }).click();
    for (const box of await main().getByRole('checkbox').all()) await box.uncheck();
    await main().getByLabel('Keyholder').check();
    await main().getByLabel('Stage crew').last().check();
    await main().getByRole('button', { name: 'Show these roles' }).click();
    await page.waitForURL('**/admin/access?role=**');
    expect(await page.getByRole('columnheader').allTextContents()).toEqual([
      'Page or action',
      'visitor',
      'Keyholder',
      'Stage crew',
    ]);
  });

  it.each([375, 320])('is about one role at a time on a phone, %d wide', async (width) => {
    await open('/admin/access?unfold=all', { width });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    const role = page.getByLabel('What this role lets people do');
    for (const [name, words] of [
      ['visitor', '→sign in'],
      ['User', '–closed'],
      ['Keyholder', '✓open'],
    ]) {
      await role.selectOption(name!);
      expect(await page.locator('.map thead th:visible').allTextContents()).toEqual(['Page or action', name]);
      expect(await cells('See the access map').allTextContents()).toEqual([words!.slice(1)]);
    }
    expect(await barriersOn(page)).toEqual([]);
  });

  it('is asked of a person and a page by a word of each, and answered with the smallest change', async () => {
    await open('/admin/access/why');
    await page.getByLabel('Person').fill('ada');
    await page.getByLabel('Page or action').fill('map');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/why?person=ada**');
    expect(await page.locator('#answer').textContent()).toMatch(/No\s*ada@example.org can’t see the access map\./);
    expect(await barriersOn(page)).toEqual([]);
    await main().getByRole('link', { name: 'Give them Keyholder' }).click();
    await page.waitForURL('**/admin/users/change?change=grant**');
    await main().getByRole('button', { name: 'Give the role' }).click();
    await page.waitForURL(/\/admin\/users\/\d+$/);
    await page.goto('/admin/access/why?person=ada&page=map');
    expect(await page.locator('#answer').textContent()).toMatch(/Yes\s*ada@example.org can see the access map\./);
    expect(await main().textContent()).toContain('Keyholder gives it: they have it without an end');
    await furnished.grants.revoke(operator, 'ada@example.org', 'Keyholder');
  });
});
