import type { Page } from 'playwright-core';
import { fillSignIn, openMenu, signOut } from '../support/browser';
import { open } from '../support/page-of-test';
import { Site, superuser } from '../support/site';

const password = 'a password of a user';

describe('a newcomer on the site', () => {
  let site: Site;

  beforeAll(async () => (site = await Site.start()));
  afterAll(() => site.stop());

  const openAt = (path: string, javaScriptEnabled: boolean) => open({ origin: site.origin, path, javaScriptEnabled });
  const heading = (page: Page) => page.getByRole('heading', { level: 1 }).textContent();
  const links = (page: Page) => page.getByRole('navigation').getByRole('link').allTextContents();

  describe.each([
    ['with JavaScript', true],
    ['without JavaScript', false],
  ])('%s', (_case, javaScriptEnabled) => {
    it('signs in as the superuser, opens the administration, and is told to change the configured password', async () => {
      const page = await openAt('/admin', javaScriptEnabled);
      expect(new URL(page.url()).pathname).toBe('/login');
      await fillSignIn(page, superuser.email, superuser.password);
      expect(new URL(page.url()).pathname).toBe('/admin');
      expect(await heading(page)).toBe('Administration');
      await page.getByRole('link', { name: 'Change it now' }).click();
      expect(new URL(page.url()).pathname).toBe('/account/password');
      await signOut(page);
      expect(await links(page)).toEqual([expect.any(String), 'Sign in', 'Register']);
      await page.goto('/admin');
      expect(new URL(page.url()).pathname).toBe('/login');
    });

    it('registers and is refused at the administration by a page that says what is missing', async () => {
      const page = await openAt('/', javaScriptEnabled);
      await page.getByRole('navigation').getByRole('link', { name: 'Register' }).click();
      await page.getByLabel('Name').fill('Ada');
      await page.getByLabel('E-mail address').fill(`ada-${javaScriptEnabled}@example.org`);
      await page.getByLabel('Password', { exact: true }).fill(password);
      await page.getByLabel(/^Repeat the/).fill(password);
      await page.getByRole('button', { name: 'Create account' }).click();
      expect(new URL(page.url()).pathname).toBe('/');
      expect(await links(page)).toEqual([expect.any(String)]);
      const answer = await page.goto('/admin');
      expect(answer?.status()).toBe(403);
      expect(await heading(page)).toBe('Access forbidden');
      const text = await page.getByRole('main').textContent();
      expect(text).toContain('Sorry, you must be an Admin to access this page');
      expect(text).toContain('admin-read');
    });

    it('changes the password and signs in with the new one', async () => {
      const email = `changing-${javaScriptEnabled}@example.org`;
      await site.user(email, password);
      const page = await openAt('/account/password', javaScriptEnabled);
      await fillSignIn(page, email, password);
      await page.getByLabel('New password', { exact: true }).fill('another password of a user');
      await page.getByLabel(/^Repeat the/).fill('not the same password');
      await page.getByRole('button', { name: 'Change password' }).click();
      expect(await page.locator('#password_confirm-error').textContent()).toBe('This is not the same password.');
      expect(await page.getByLabel(/^Repeat the/).getAttribute('aria-describedby')).toContain('password_confirm-error');
      await page.getByLabel('New password', { exact: true }).fill('another password of a user');
      await page.getByLabel(/^Repeat the/).fill('another password of a user');
      await page.getByRole('button', { name: 'Change password' }).click();
      expect(await page.getByRole('status').textContent()).toContain('Your password is changed');
      await signOut(page);
      await page.getByRole('link', { name: 'Sign in' }).first().click();
      await fillSignIn(page, email, 'another password of a user');
      await openMenu(page);
      expect(await links(page)).toContain('Account');
    });
  });

  it('needs the keyboard only', async () => {
    await site.user('keys@example.org', password);
    const page = await openAt('/', true);
    const tabTo = async (name: string) => {
      for (let presses = 0; presses < 20; presses++) {
        const { focused, ring } = await page.evaluate(() => {
          const element = document.activeElement as HTMLElement;
          const { outlineStyle, boxShadow } = getComputedStyle(element);
          const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : element.textContent;
          return { focused: label?.trim(), ring: outlineStyle !== 'none' || boxShadow !== 'none' };
        });
        if (presses > 0) expect(ring).toBe(true);
        if (focused === name) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`The Tab key never reaches "${name}".`);
    };
    await tabTo('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    await page.goto('/');
    await tabTo('Sign in');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/login');
    await tabTo('E-mail address');
    await page.keyboard.type('keys@example.org');
    await tabTo('Password');
    await page.keyboard.type('not the password');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await tabTo('Password');
    await page.keyboard.type(password);
    await tabTo('Sign in');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${site.origin}/`);
    await tabTo('Menu of keys@example.org');
    await page.keyboard.press('Enter');
    await tabTo('Sign out');
    await page.keyboard.press('Enter');
    await page.getByRole('navigation').getByRole('link', { name: 'Register' }).waitFor();
  });
});
