import type { Browser, Page } from 'playwright-core';
import { Not } from 'typeorm';
import { UsersService } from '../../src/accounts/users.service';
import { Database } from '../../src/database/database';
import { Session } from '../../src/sessions/session.entity';
import { launchBrowser, openPage } from '../support/browser';
import { Site, superuser } from '../support/site';

let site: Site;
let browser: Browser;

beforeAll(async () => {
  site = await Site.start();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await site.stop();
});

describe.each([
  ['with JavaScript', true],
  ['without JavaScript', false],
])('an administrator whose proof has grown old, %s,', (_case, javaScriptEnabled) => {
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    const { cookie } = await site.admin();
    ({ page, complaints } = await openPage(browser, { origin: site.origin, cookie, javaScriptEnabled }));
  });
  afterAll(() => page.context().close());

  const letItGrowOld = () =>
    site.app.get(Database).transaction((manager) => manager.update(Session, { provedAt: Not(0) }, { provedAt: 0 }));
  const heading = () => page.locator('h1').textContent();
  const prove = async (password: string) => {
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Go on' }).click();
  };

  it('goes on with a change that they had confirmed, once they have proved who they are', async () => {
    const email = `stays-${javaScriptEnabled}@example.org`;
    await site.user(email);
    const { id } = await site.app.get(UsersService).byEmail(email);
    await page.goto(`/admin/users/change?change=deactivate&users=${id}`);
    await letItGrowOld();
    await page.locator('.confirm').getByRole('button').click();
    expect(await heading()).toBe('Confirm that it is you');
    await prove('not the password');
    expect(await page.locator('#password-error').textContent()).toBe('This is not your password.');
    expect((await site.app.get(UsersService).byEmail(email)).active).toBe(true);
    await prove(superuser.password);
    expect(new URL(page.url()).pathname).toBe(`/admin/users/${id}`);
    expect(await page.getByRole('status').textContent()).toContain(`${email} is no longer active`);
    expect((await site.app.get(UsersService).byEmail(email)).active).toBe(false);
  });

  it('comes back to a page that asks for it, with its query', async () => {
    await letItGrowOld();
    await page.goto('/admin/roles/new?copy=1');
    expect(await heading()).toBe('Confirm that it is you');
    await prove(superuser.password);
    expect(page.url()).toBe(`${site.origin}/admin/roles/new?copy=1`);
    expect(await heading()).toBe('New role');
    expect(complaints).toEqual([]);
  });
});
