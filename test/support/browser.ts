import { existsSync } from 'node:fs';
import axe, { type AxeResults } from 'axe-core';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The system's Chromium, or the one that CHROMIUM names. @param more of its command line's switches */
export async function launchBrowser(...more: string[]): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    throw new Error(`There is no ${executablePath}. Install the package chromium, or name another one in CHROMIUM.`);
  }
  return chromium.launch({ executablePath, args: [...flags, ...more] });
}

export interface Opening extends BrowserContextOptions {
  origin: string;
  /** Of somebody who signed in without a browser; none for a visitor. */
  cookie?: string;
  path?: string;
}

/** A page in a context of its own, which the caller closes, and whatever the browser complains about there. */
export async function openPage(
  browser: Browser,
  { origin, cookie = '', path, ...options }: Opening,
): Promise<{ page: Page; complaints: string[] }> {
  const viewport = { width: 1280, height: 800 };
  const context = await browser.newContext({ baseURL: origin, viewport, reducedMotion: 'reduce', ...options });
  await bring(cookie, context, origin);
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  if (path) await page.goto(path);
  return { page, complaints };
}

async function bring(cookie: string, context: BrowserContext, origin: string): Promise<void> {
  const pairs = cookie.split('; ').map((pair) => pair.split('='));
  await context.addCookies(pairs.flatMap(([name, value]) => (name && value ? [{ name, value, url: origin }] : [])));
}

/** Shows the menu under one's name. */
export async function openMenu(page: Page): Promise<void> {
  await page.locator('.own-links summary').click();
}

/** What stands there, as it is read. */
export function plain(text: string | null): string {
  return (text ?? '').replace(/\s+/g, ' ').trim();
}

export async function fillSignIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

export async function signOut(page: Page): Promise<void> {
  await openMenu(page);
  await page.getByRole('banner').getByRole('button', { name: 'Sign out', exact: true }).click();
}

/**
 * Whatever the browser has to complain about from now on: console errors, reports of the Content-Security-Policy,
 * errors of scripts, and files that did not load. The status of the page itself is no complaint.
 */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return;
    if (message.text().startsWith('Failed to load resource') && message.location().url === page.url()) return;
    complaints.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => {
    // What the browser gave up because the page went on to the next one is nobody's fault.
    const fault = request.failure()?.errorText;
    if (fault !== 'net::ERR_ABORTED') complaints.push(`${request.url()}: ${fault}`);
  });
  return complaints;
}

/** What axe finds on the page, each as one line: nothing, when all is well. */
export async function barriersOn(page: Page): Promise<string[]> {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(axe.source);
  // What passed would be described at length too, for no one to read.
  const options = { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } };
  const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(options)})`);
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`));
}
