import { operator } from '../../src/audit/actor';
import { UserHoldings } from '../../src/roles/user-holdings.service';
import { barriersOn } from '../support/browser';
import { furnished, openAsAdmin as open } from '../support/furnished-page';
import { longAddress } from '../support/furnished-site';
import { page } from '../support/page-of-test';
import { somebody } from '../support/somebody';

/** One of sixty people, on a site with fifteen roles. */
describe('the page of a person', () => {
  beforeAll(async () => {
    // They have every role that there is, and have signed in a lot.
    const { site, users, grants, roles } = furnished;
    for (const { name } of await roles.all()) await grants.give(operator, longAddress, name);
    for (let i = 0; i < 10; i++)
      await users.deactivate(operator, longAddress).then(() => users.activate(operator, longAddress));
    expect((await roles.all()).length).toBeGreaterThanOrEqual(15);
    for (let i = 0; i < 12; i++) await site.visitor().signIn('ada@example.org', 'a password of a user');
  });

  const main = () => page.getByRole('main');
  const height = () => page.evaluate(() => document.documentElement.scrollHeight);

  it.each([
    [1280, 3000],
    [375, 6000],
  ])('is at most so long, %d pixels wide: %d', async (width, most) => {
    const ada = (await furnished.users.byEmail('ada@example.org')).id;
    await open('/admin', { width });
    for (const id of [1, ada, furnished.crew, furnished.invited]) {
      for (const path of [
        `/admin/users/${id}`,
        `/admin/users/${id}/profile`,
        `/admin/users/change?change=grant&users=${id}`,
      ]) {
        await page.goto(path);
        expect([path, (await height()) <= most]).toEqual([path, true]);
      }
    }
  });

  it.each([true, false])(
    'unfolds what they can do in an area and why not, by the keyboard, with JavaScript: %s',
    async (javaScriptEnabled) => {
      await open(`/admin/users/${furnished.invited}`, { javaScriptEnabled });
      const whyNot = main().getByRole('link', { name: 'Why not? Read the audit log' });
      expect(await whyNot.isVisible()).toBe(false);
      await main().locator('summary', { hasText: 'Administration' }).focus();
      await page.keyboard.press('Enter');
      expect(await whyNot.isVisible()).toBe(true);
      if (javaScriptEnabled) expect(await barriersOn(page)).toEqual([]);
      await whyNot.click();
      await page.waitForURL('**/admin/access/why?**');
      expect(await main().textContent()).toContain('Bea can’t read the audit log.');
    },
  );

  it.each(['their page', 'the search'])('gives a role in two steps from %s', async (place) => {
    const { id, email, name } = await somebody(furnished.site, ['User']);
    await open(place === 'their page' ? `/admin/users/${id}` : `/admin/search?q=${email}`);
    await main()
      .getByRole('link', { name: /^Give a role/ })
      .click();
    expect(await main().textContent()).toContain(`${name} will be able to: open the administration area;`);
    await main().getByRole('button', { name: 'Give Keyholder', exact: true }).click();
    await page.waitForURL(`**/admin/users/${id}`);
    expect(await page.getByRole('status').textContent()).toContain(`${name} now has the role Keyholder`);
    expect(await furnished.site.app.get(UserHoldings).rolesOf(id)).toEqual(['User', 'Keyholder']);
  });

  it('is deactivated, renamed and deleted from there', async () => {
    const { id } = await somebody(furnished.site, ['User']);
    await open(`/admin/users/${id}`);
    await main().getByRole('link', { name: 'Deactivate' }).click();
    await main().getByRole('button', { name: 'Deactivate' }).click();
    await page.waitForURL(`**/admin/users/${id}`);
    expect(await main().textContent()).toContain('This account is not active');
    await main().getByRole('link', { name: 'Edit' }).click();
    await main().getByLabel('Name (optional)').fill('Nora Née');
    await main().getByRole('button', { name: 'Save' }).click();
    await page.waitForURL(`**/admin/users/${id}`);
    expect(await page.locator('h1').textContent()).toBe('Nora Née');
    await main().locator('summary', { hasText: 'More' }).click();
    await main().getByRole('link', { name: 'Delete' }).click();
    expect(await page.locator('h1').textContent()).toBe('Delete Nora Née');
  });

  it.each([375, 320])('shows each of their roles as a card on a phone, %d wide', async (width) => {
    await open(`/admin/users/${furnished.crew}`, { width });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    expect(await page.locator('.rows thead').isVisible()).toBe(false);
    const [card] = await page.locator('.rows tbody tr').all();
    expect(await card!.getByRole('link', { name: /^Take away/ }).isVisible()).toBe(true);
    expect(await barriersOn(page)).toEqual([]);
  });
});
