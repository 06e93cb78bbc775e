import type { Page } from 'playwright-core';
import { AllUsers } from '../../src/directory/all-users.service';
import { Furnished } from '../support/furnished-site';
import { expectNoBarrier, submit } from '../support/page-states';

const furnished = new Furnished();

/** What visitors and those who have signed in see. */
expectNoBarrier(
  [
    ['home of a visitor', 'visitor', 200, (page) => page.goto('/')],
    ['home of a user', 'user', 200, (page) => page.goto('/')],
    ['home of an administrator', 'admin', 200, (page) => page.goto('/')],
    ['sign-in', 'visitor', 200, (page) => page.goto('/login')],
    ['sign-in incomplete', 'visitor', 422, (page) => page.goto('/login').then(() => submit(page))],
    ['sign-in refused', 'visitor', 401, signInWrongly],
    ['too many attempts', 'visitor', 429, guess],
    ['register', 'visitor', 200, (page) => page.goto('/register')],
    ['register rejected', 'visitor', 422, (page) => page.goto('/register').then(() => submit(page))],
    ['forgotten password', 'visitor', 200, (page) => page.goto('/forgot-password')],
    ['forgotten password incomplete', 'visitor', 422, (page) => page.goto('/forgot-password').then(() => submit(page))],
    ['confirmation ended', 'visitor', 410, (page) => page.goto('/confirm-email/x')],
    ['fresh proof', 'user', 200, (page) => page.goto('/verify?next=/account')],
    ['second factors', 'user', 200, (page) => page.goto('/account/two-factor')],
    ['passkeys', 'user', 200, (page) => page.goto('/account/passkeys')],
    ['account', 'user', 200, (page) => page.goto('/account')],
    ['change name', 'user', 200, (page) => page.goto('/account/profile')],
    ['change address', 'user', 200, (page) => page.goto('/account/email')],
    ['change address rejected', 'user', 422, (page) => page.goto('/account/email').then(() => submit(page))],
    ['activity', 'user', 200, (page) => page.goto('/account/activity')],
    ['change password', 'user', 200, (page) => page.goto('/account/password')],
    ['change password rejected', 'user', 422, (page) => page.goto('/account/password').then(() => submit(page))],
    ['link opened', 'visitor', 200, openLink],
    ['link opened by another', 'user', 200, openLink],
    ['link rejected', 'visitor', 422, (page) => openLink(page).then(() => submit(page))],
    ['link used without being active', 'visitor', 200, (page) => page.goto('/welcome')],
    ['link ended', 'visitor', 410, (page) => page.goto('/welcome/x')],
    ['forbidden', 'user', 403, (page) => page.goto('/admin')],
    ['forbidden asked already', 'user', 403, (page) => page.goto('/admin/access')],
    ['history of an account', 'user', 200, (page) => page.goto('/account').then(() => followHistory(page))],
    ['request', 'user', 200, (page) => page.goto('/access/request?route=GET+/admin')],
    ['request rejected', 'user', 422, (page) => page.goto('/access/request?route=GET+/admin').then(() => submit(page))],
    ['request asked already', 'user', 200, (page) => page.goto('/access/request?route=GET+/admin/access')],
    ['request for nothing', 'user', 200, (page) => page.goto('/access/request?route=GET+/nowhere')],
    ['refused', 'visitor', 400, (page) => page.goto('/login?password=in+the+address')],
    ['not found of a visitor', 'visitor', 404, (page) => page.goto('/no/such/page')],
    ['not found of an administrator', 'admin', 404, (page) => page.goto('/no/such/page')],
    ['failure', 'admin', 500, fail],
  ],
  furnished,
);

async function openLink(page: Page): Promise<void> {
  await page.goto(await furnished.newLink());
}

async function signInWrongly(page: Page): Promise<void> {
  await page.goto('/login');
  await page.getByLabel('E-mail address').fill(`nobody${Math.random()}@example.org`);
  await page.getByLabel('Password').fill('not the password');
  await submit(page);
}

/** The eleventh guess at one account. */
async function guess(page: Page): Promise<void> {
  const email = `guessed${Math.random()}@example.org`;
  for (let i = 0; i < 10; i++) await furnished.site.visitor().signIn(email, 'a guess');
  await page.goto('/login');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill('another guess');
  await submit(page);
}

const followHistory = (page: Page) => page.getByRole('link', { name: /^Audit log/ }).click();

async function fail(page: Page): Promise<void> {
  jest.spyOn(furnished.site.app.get(AllUsers), 'figures').mockRejectedValueOnce(new Error('provoked by the test'));
  await page.goto('/admin');
}
