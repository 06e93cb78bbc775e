import type { Browser, Page } from 'playwright-core';
import { codeAt } from '../support/authenticator';
import { barriersOn, fillSignIn, launchBrowser, openPage, signOut } from '../support/browser';
import { freePort } from '../support/free-port';
import { Site } from '../support/site';

const password = 'a password of a user';
let site: Site;
let origin: string;
let browser: Browser;

beforeAll(async () => {
  const port = await freePort();
  origin = `http://localhost:${port}`;
  site = await Site.start({ APP_URL: origin, PORT: `${port}` });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await site?.stop();
});

async function register(page: Page, email: string): Promise<void> {
  await page.goto(`${origin}/register`);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('Repeat the password').fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL(`${origin}/`);
}

async function signIn(page: Page, email: string): Promise<void> {
  await page.goto(`${origin}/login`);
  await fillSignIn(page, email, password);
}

describe.each([true, false])('With JavaScript %s', (javaScriptEnabled) => {
  it('an app is set up and asked for, and a recovery code takes its place', async () => {
    const { page, complaints } = await openPage(browser, { origin, javaScriptEnabled });
    const email = `app-${javaScriptEnabled}@example.org`;
    await register(page, email);
    await page.goto(`${origin}/account`);
    await page.getByRole('link', { name: 'Second factors' }).click();
    const secret = (await page.locator('#totp-secret').textContent()) ?? '';
    // On a phone, which can't read its own screen, what it can use comes before the picture.
    await page.setViewportSize({ width: 375, height: 800 });
    const inOrder = [
      page.getByRole('link', { name: 'open your authenticator app' }),
      page.locator('#totp-secret'),
      page.getByRole('img', { name: /QR code/ }),
    ];
    const tops = await Promise.all(inOrder.map(async (part) => (await part.boundingBox())!.y));
    expect(tops).toEqual([...tops].sort((a, b) => a - b));
    if (javaScriptEnabled) expect(await barriersOn(page)).toEqual([]);
    await page.getByRole('textbox', { name: 'Code' }).fill(codeAt(secret));
    const setUp = page.getByRole('button', { name: 'Set up the app' });
    // A script of ours sends a form once at a double click.
    await (javaScriptEnabled ? setUp.dblclick() : setUp.click());
    await page.locator('#recovery-codes').waitFor();
    const codes = await page.locator('#recovery-codes code').allTextContents();
    expect(codes).toHaveLength(10);
    await page.reload();
    expect(await page.locator('#recovery-codes').count()).toBe(0);
    await signOut(page);
    await signIn(page, email);
    await page.getByRole('textbox', { name: 'Code' }).fill(codeAt(secret, 1));
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL(`${origin}/`);
    await signOut(page);
    await signIn(page, email);
    await page.getByRole('textbox', { name: 'Code' }).fill(codes[0]!);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL(`${origin}/`);
    await page.context().close();
    expect(complaints).toEqual([]);
  });
});

it('Without JavaScript the pages say that passkeys need it', async () => {
  const { page } = await openPage(browser, { origin, path: '/login', javaScriptEnabled: false });
  expect(await page.getByText('Signing in with a passkey needs JavaScript').isVisible()).toBe(true);
  expect(await page.getByRole('button', { name: 'Use a passkey' }).isVisible()).toBe(false);
  await register(page, 'no-script@example.org');
  await page.goto(`${origin}/account/passkeys`);
  expect(await page.getByText('Passkeys need JavaScript').isVisible()).toBe(true);
  await page.context().close();
});

describe('A passkey', () => {
  let page: Page;
  let complaints: string[];
  const email = 'passkey@example.org';

  beforeAll(async () => {
    ({ page, complaints } = await openPage(browser, { origin }));
    const devices = await page.context().newCDPSession(page);
    await devices.send('WebAuthn.enable');
    await devices.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
      },
    });
  });
  afterAll(() => page.context().close());

  it('is added under a name, with recovery codes', async () => {
    await register(page, email);
    await page.goto(`${origin}/account/passkeys`);
    expect(await barriersOn(page)).toEqual([]);
    await page.getByLabel('Name').fill('My phone');
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByText('Your passkey is added.').waitFor();
    expect(await page.locator('#recovery-codes code').count()).toBe(10);
    expect(await page.getByText('My phone', { exact: true }).first().isVisible()).toBe(true);
  });

  it('is not added twice on one device', async () => {
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByText('This device has a passkey for your account already.').waitFor();
  });

  it('signs in without a password', async () => {
    await signOut(page);
    await page.goto(`${origin}/login?next=%2Faccount`);
    expect(await barriersOn(page)).toEqual([]);
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.waitForURL(`${origin}/account`);
    expect(await page.getByText('with a passkey').isVisible()).toBe(true);
  });

  it('is the second factor after a password', async () => {
    await signOut(page);
    await signIn(page, email);
    await page.waitForURL(`${origin}/login/two-factor`);
    expect(await barriersOn(page)).toEqual([]);
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.waitForURL(`${origin}/`);
  });

  it('is removed', async () => {
    await page.goto(`${origin}/account/passkeys`);
    await page.getByRole('button', { name: 'Remove My phone' }).click();
    await page.getByText('The passkey is removed.').waitFor();
    await signOut(page);
    await signIn(page, email);
    await page.waitForURL(`${origin}/`);
    expect(complaints).toEqual([]);
  });
});
