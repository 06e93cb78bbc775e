import type { Page } from 'playwright-core';
import { UsersService } from '../../src/accounts/users.service';
import { fillSignIn } from '../support/browser';
import { holder, type Holder } from '../support/holder';
import { open } from '../support/page-of-test';
import { Site } from '../support/site';

const password = 'a password of a user';
let site: Site;

beforeAll(async () => {
  site = await Site.start();
});
afterAll(() => site.stop());

/** They have typed their name, and send it after their session has ended. */
async function sentTooLate({ person, id }: Holder, javaScriptEnabled = true): Promise<Page> {
  const page = await open({ origin: site.origin, cookie: person.cookie, javaScriptEnabled });
  await page.goto('/account/profile');
  await page.getByLabel('Name').fill('Henrik Solberg');
  await site.database.change(`DELETE FROM sessions WHERE user_id = ${id}`);
  await page.getByRole('button', { name: 'Save the name' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  return page;
}

describe('What was typed', () => {
  const somebody = () => holder(site, ['User'], { password });
  const nameOf = async ({ email }: Holder) => (await site.app.get(UsersService).byEmail(email)).name;

  it('is back after signing in again, and is saved once it is sent', async () => {
    const it = await somebody();
    const page = await sentTooLate(it);
    await fillSignIn(page, it.email, password);
    await page.waitForURL('**/account/profile');
    expect(await page.getByLabel('Name').inputValue()).toBe('Henrik Solberg');
    expect(await page.getByText('What you typed is back.').isVisible()).toBe(true);
    expect(await nameOf(it)).toBe('');
    await page.getByRole('button', { name: 'Save the name' }).click();
    await page.waitForURL('**/account');
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('flash');
    expect(await nameOf(it)).toBe('Henrik Solberg');
    await page.goto('/account/profile');
    expect(await page.getByText('What you typed is back.').count()).toBe(0);
  });

  it('is shown to nobody else who signs in there', async () => {
    const [it, other] = [await somebody(), await somebody()];
    const page = await sentTooLate(it);
    await fillSignIn(page, other.email, password);
    await page.waitForURL('**/account/profile');
    expect(await page.getByLabel('Name').inputValue()).toBe('');
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  });

  it('is nowhere without JavaScript, and one is signed in all the same', async () => {
    const it = await somebody();
    const page = await sentTooLate(it, false);
    await fillSignIn(page, it.email, password);
    await page.waitForURL(`${site.origin}/`);
  });
});

describe('A new password', () => {
  it('can be shown, is judged in words while it is typed, and is hidden again as it is sent', async () => {
    const page = await open({ origin: site.origin, path: '/register' });
    const field = page.getByLabel('Password', { exact: true });
    const words = page.locator('[data-strength-of=password]');
    for (const [typed, says] of [
      ['short', '3 more characters.'],
      ['aaaaaaaaaa', 'Easy to guess'],
      ['Blue tram', 'Another word'],
      ['three unrelated words', 'Good length.'],
    ] as const) {
      await field.fill(typed);
      expect(await words.textContent()).toContain(says);
    }
    await page.getByRole('checkbox', { name: 'Show what you type' }).first().check();
    expect(await field.getAttribute('type')).toBe('text');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('heading', { name: 'things to put right' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('alert errors');
    await page.getByRole('link', { name: /e-mail address/ }).click();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('email');
    expect(await field.getAttribute('type')).toBe('password');
  });
});
