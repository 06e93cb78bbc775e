import { barriersOn } from '../support/browser';
import { openAsAdmin as open } from '../support/furnished-page';
import { page } from '../support/page-of-test';

/** The list of sixty people, as those who work with it all day see it. */
describe('the list of people', () => {
  const rows = () => page.locator('.rows tbody tr');
  const bar = () => page.getByRole('group', { name: 'With the chosen people' });
  const box = (selector: string) => page.locator(selector).first().boundingBox();

  it('begins in the upper third of the window, and twenty rows are in sight', async () => {
    await open('/admin/users');
    const { y } = (await rows().first().boundingBox())!;
    expect(y).toBeLessThanOrEqual(800 / 3);
    await page.goto('/admin/users?search=bare');
    const heights = await rows().evaluateAll((all) => all.map((row) => row.getBoundingClientRect().height));
    expect(Math.min(...heights)).toBeLessThanOrEqual((800 - y) / 20);
  });

  it.each([true, false])(
    'offers what can be done with those who are ticked, always in sight, with JavaScript: %s',
    async (javaScriptEnabled) => {
      await open('/admin/users', { javaScriptEnabled });
      expect(await bar().isVisible()).toBe(false);
      const boxes = page.getByRole('checkbox');
      await boxes.nth(1).check();
      await boxes.nth(3).check();
      const { y, height } = (await bar().boundingBox())!;
      expect([y >= 0, y + height <= 800]).toEqual([true, true]);
      expect(
        await bar()
          .locator('.number')
          .evaluate((number) => getComputedStyle(number, '::before').content),
      ).toContain('counter');
      await bar().getByRole('button', { name: 'Give a role' }).click();
      await page.waitForURL('**/admin/users/change?**');
      expect(await page.locator('h1').textContent()).toMatch(/^Give a role to .+ and .+$/);
      await page.getByRole('link', { name: 'Cancel' }).click();
      await page.waitForURL('**#list');
      expect(await page.getByRole('checkbox', { checked: true }).count()).toBe(2);
      await bar().getByRole('link', { name: 'all on this page' }).click();
      await page.waitForURL('**tick=page**');
      expect(await page.getByRole('checkbox', { checked: false }).count()).toBe(0);
      await bar()
        .getByRole('link', { name: /^all \d+ that match$/ })
        .click();
      await page.waitForURL('**tick=matching**');
      expect(await page.getByRole('checkbox', { disabled: false }).count()).toBe(0);
      await bar().getByRole('button', { name: 'Deactivate' }).click();
      await page.waitForURL('**matching=**');
      expect(await page.locator('h1').textContent()).toMatch(/^Deactivate \d+ people$/);
    },
  );

  it('has a menu in each row, one open at a time', async () => {
    await open('/admin/users');
    const menu = (i: number) => rows().nth(i).locator('summary');
    await menu(0).focus();
    await page.keyboard.press('Enter');
    expect(await page.getByRole('link', { name: /^(A|Dea)ctivate$/ }).count()).toBe(1);
    await menu(2).focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('details[open]').count()).toBe(1);
    expect(await barriersOn(page)).toEqual([]);
    await rows().nth(2).getByRole('link', { name: 'Give a role' }).click();
    await page.waitForURL('**change=grant**');
    await page.getByRole('link', { name: 'Cancel' }).click();
    await page.waitForURL('**/admin/users');
  });

  it('is sorted by a heading', async () => {
    await open('/admin/users');
    await page.getByRole('columnheader', { name: 'Address' }).getByRole('link').click();
    await page.waitForURL('**sort=address');
    const emails = await page.locator('td.address bdi').allTextContents();
    expect(emails).toEqual([...emails].sort());
    await page.getByRole('columnheader', { name: 'Address' }).getByRole('link').click();
    await page.waitForURL('**sort=address-down');
  });

  it.each([375, 320])(
    'is cards on a phone, %d wide, with a larger box to tick and all that is known at a glance',
    async (width) => {
      await open('/admin/users', { width, height: 700 });
      expect(await page.locator('thead').isVisible()).toBe(false);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      expect(await page.locator('#sort').isVisible()).toBe(true);
      const first = rows().first();
      const [tick, name, menu] = await Promise.all(
        ['.choose input', '.named', '.more summary'].map((part) => box(`tbody tr:first-child ${part}`)),
      );
      expect([tick!.width >= 24, menu!.height >= 24]).toEqual([true, true]);
      expect([tick!.x < name!.x, name!.x < menu!.x]).toEqual([true, true]);
      expect(await first.textContent()).toContain('Last sign-in');
      expect(await barriersOn(page)).toEqual([]);
      await first.getByRole('checkbox').check();
      const { y, height } = (await bar().boundingBox())!;
      expect(y + height).toBeLessThanOrEqual(700);
    },
  );
});
