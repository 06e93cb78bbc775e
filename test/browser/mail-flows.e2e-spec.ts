import type { Browser, BrowserContext, Page } from 'playwright-core';
import { IsNull, Not } from 'typeorm';
import { Database } from '../../src/database/database';
import { OutboxMessage } from '../../src/mail/outbox-message.entity';
import { codeAt, setUpApp } from '../support/authenticator';
import { barriersOn, launchBrowser, openPage } from '../support/browser';
import { freePort } from '../support/free-port';
import { holder } from '../support/holder';
import { linkIn, MailServer } from '../support/mail-server';
import { press } from '../support/page-states';
import { Site } from '../support/site';
import { until } from '../support/until';

const [password, another] = ['three unrelated words', 'some quite other words'];

let server: MailServer;
let site: Site;
let origin: string;
let browser: Browser;

beforeAll(async () => {
  server = await MailServer.start();
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  site = await Site.start({ APP_URL: origin, PORT: `${port}`, MAIL_URL: server.url });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await site.stop();
  server.stop();
});

const owner = () => holder(site, ['User'], { name: 'Henrik', password });
const linkTo = async (email: string, path: string) => linkIn(await server.mailTo(email, 1, path), path);

describe.each([true, false])('With JavaScript %s', (javaScriptEnabled) => {
  const complaints: string[] = [];
  let contexts: BrowserContext[] = [];

  beforeEach(() => complaints.splice(0));
  afterEach(async () => {
    for (const context of contexts) await context.close();
    contexts = [];
    expect(complaints).toEqual([]);
  });

  /** A page in a browser of its own. */
  async function open(cookie = ''): Promise<Page> {
    const { page, complaints: ofPage } = await openPage(browser, { origin, cookie, javaScriptEnabled });
    contexts.push(page.context());
    page.on('close', () => complaints.push(...ofPage));
    return page;
  }

  async function expectAt(page: Page, path: string, words: string): Promise<void> {
    await page.waitForURL(origin + path);
    await page.getByRole('main').getByText(words).first().waitFor();
  }

  /** A page of these flows, which axe looks at where there are scripts. */
  async function expectOpen(page: Page, heading: string): Promise<void> {
    await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
    if (javaScriptEnabled) expect([heading, await barriersOn(page)]).toEqual([heading, []]);
  }

  async function fill(page: Page, fields: Record<string, string>): Promise<void> {
    for (const [label, text] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(text);
  }

  async function signIn(page: Page, email: string, typed: string): Promise<void> {
    await page.goto('/login');
    await fill(page, { 'E-mail address': email, Password: typed });
    await press(page, 'Sign in');
  }

  it('somebody registers, confirms their address with the password that they chose, and is in', async () => {
    const page = await open();
    const email = `new-${javaScriptEnabled}@example.org`;
    await page.goto('/register');
    await fill(page, { 'E-mail address': email, Password: password, 'Repeat the password': password });
    await press(page, 'Create account');
    await expectAt(page, '/login', 'We’ve sent you an email');
    const link = await linkTo(email, '/confirm-email/');
    await page.goto(link);
    await expectOpen(page, 'Confirm your address');
    await fill(page, { Password: another });
    await press(page, 'Confirm this address');
    await page.locator('#password-error').waitFor();
    await fill(page, { Password: password });
    await press(page, 'Confirm this address');
    await expectAt(page, '/', 'Your account is ready.');
    await page.goto(link);
    await expectAt(page, new URL(link).pathname, 'This link has ended');
  });

  it('somebody sets a forgotten password by a link that leaves the address bar, and still needs their second factor', async () => {
    const { email, person } = await owner();
    const { secret } = await setUpApp(person);
    const page = await open();
    await page.goto('/login');
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await fill(page, { 'E-mail address': email });
    await press(page, 'Send the link');
    await expectAt(page, '/login', 'We’ve sent you an email');
    const link = await linkTo(email, '/welcome/');
    await page.goto(link);
    await expectOpen(page, 'Set your password');
    expect(page.url()).toBe(`${origin}/welcome/password`);
    expect(await page.content()).not.toContain(link.split('/').at(-1)!);
    await fill(page, { Password: another, 'Repeat the password': another });
    await press(page, 'Set password');
    await page.waitForURL(`${origin}/login/two-factor`);
    await expectOpen(page, 'Enter your code');
    expect((await person.get('/account')).status).toBe(303);
    await fill(page, { Code: codeAt(secret, 1) });
    await press(page, 'Sign in');
    await page.waitForURL(`${origin}/`);
    await page.goto(link);
    await expectAt(page, new URL(link).pathname, 'This link has ended');

    const elsewhere = await open();
    await signIn(elsewhere, email, password);
    await elsewhere.getByRole('alert').first().waitFor();
    await signIn(elsewhere, email, another);
    await elsewhere.waitForURL(`${origin}/login/two-factor`);
  });

  it('somebody changes their name and their address, and takes the address back by the mail to the old one', async () => {
    const { email } = await owner();
    const moved = `moved-${email}`;
    const page = await open();
    await signIn(page, email, password);
    await page.waitForURL(`${origin}/`);
    await page.goto('/account');
    await page.getByRole('link', { name: 'Change name' }).click();
    await expectOpen(page, 'Change your name');
    await page.getByRole('textbox', { name: 'Name' }).fill('Harald');
    await press(page, 'Save the name');
    await expectAt(page, '/account', 'Your name is changed.');
    await page.getByRole('link', { name: 'Change address' }).click();
    await expectOpen(page, 'Change your address');
    await fill(page, { 'New e-mail address': moved });
    await press(page, 'Send the link');
    await expectAt(page, '/account/email', `${moved} waits to be confirmed.`);
    await page.goto(await linkTo(moved, '/confirm-email/'));
    await expectOpen(page, 'Confirm your address');
    await press(page, 'Confirm this address');
    await expectAt(page, '/account', 'Your new address is confirmed.');
    await page.getByRole('link', { name: 'Activity: sign-ins and security' }).click();
    await expectAt(page, '/account/activity', 'Your address was changed');
    await expectOpen(page, 'Activity');
    await page.getByText('Your name was changed').waitFor();

    await page.goto(await linkTo(email, '/undo-email/'));
    await expectOpen(page, 'Undo the change of your address');
    await press(page, 'Undo the change');
    await expectAt(page, '/login', 'Your address is what it was before');
    await page.goto('/account');
    await page.waitForURL(`${origin}/login?next=%2Faccount`);
    await signIn(page, email, password);
    await page.waitForURL(`${origin}/`);
  });

  it('somebody says that a sign-in was not theirs, which ends it, and sets a new password', async () => {
    const { email } = await owner();
    const intruder = await open();
    await signIn(intruder, email, password);
    await intruder.waitForURL(`${origin}/`);
    const page = await open();
    await page.goto(await linkTo(email, '/not-me/'));
    await expectOpen(page, 'This wasn’t you?');
    await press(page, 'This wasn’t me');
    await expectAt(page, '/login', 'Everybody is signed out of your account');
    await intruder.goto('/account');
    await expectAt(intruder, '/login?next=%2Faccount', 'Your session was ended');
    await signIn(intruder, email, password);
    await intruder.getByRole('alert').first().waitFor();
    await page.goto(await linkTo(email, '/welcome/'));
    await expectOpen(page, 'Set your password');
    await fill(page, { Password: another, 'Repeat the password': another });
    await press(page, 'Set password');
    await expectAt(page, '/', 'Your password is set, and you are signed in.');
    await page.goto('/account/activity');
    await expectAt(page, '/account/activity', 'You told us that it wasn’t you');
  });

  it('an administrator sees why a mail could not be delivered, and has it sent again', async () => {
    const { email } = await owner();
    await server.answer({ to: { [email]: { code: 550, text: 'No such mailbox' } } });
    await site.visitor().post('/forgot-password', { email });
    const failed = { address: email, failedAt: Not(IsNull()) };
    await until(() => site.app.get(Database).read.existsBy(OutboxMessage, failed));
    const page = await open((await site.admin()).cookie);
    await page.goto('/admin/mail');
    await expectAt(page, '/admin/mail', 'No such mailbox');
    await expectOpen(page, 'Undelivered emails');
    await server.answer({});
    await press(page, `Send again to ${email}`);
    await expectAt(page, '/admin/mail', 'The email is being sent again.');
    await linkTo(email, '/welcome/');
    await page.reload();
    expect(await page.getByText(email).count()).toBe(0);
  });
});
