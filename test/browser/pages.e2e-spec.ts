import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { operator } from '../../src/audit/actor';
import { DailyFigures } from '../../src/audit/daily-figures';
import { versionOf } from '../../src/roles/role-version';
import { RolesService } from '../../src/roles/roles.service';
import { PasswordLinks } from '../../src/users/password-links.service';
import { UsersService } from '../../src/users/users.service';
import { barriersOn, complaintsOf, launchBrowser } from '../support/browser';
import { Site } from '../support/site';

/** Pictures of every page, to be looked at. */
const pictures = join(__dirname, '../../screenshots');

type Who = 'visitor' | 'user' | 'keyholder' | 'admin';

const longAddress = 'crewwithalongaddress'.padEnd(60, 'x');

const press = (page: Page, name: string) => page.getByRole('main').getByRole('button', { name, exact: true }).click();
const submit = (page: Page) => page.getByRole('main').getByRole('button').click();

/** Every page there is, in every state it has: who sees it, with which status, and the way to it. */
const pages: [name: string, who: Who, status: number, open: (page: Page) => Promise<unknown>][] = [
  ['home of a visitor', 'visitor', 200, (page) => page.goto('/')],
  ['home of a user', 'user', 200, (page) => page.goto('/')],
  ['home of an administrator', 'admin', 200, (page) => page.goto('/')],
  ['sign-in', 'visitor', 200, (page) => page.goto('/login')],
  ['sign-in incomplete', 'visitor', 422, (page) => page.goto('/login').then(() => submit(page))],
  ['sign-in refused', 'visitor', 401, signInWrongly],
  ['too many attempts', 'visitor', 429, guess],
  ['register', 'visitor', 200, (page) => page.goto('/register')],
  ['register rejected', 'visitor', 422, (page) => page.goto('/register').then(() => submit(page))],
  ['account', 'user', 200, (page) => page.goto('/account')],
  ['change password', 'user', 200, (page) => page.goto('/account/password')],
  ['change password rejected', 'user', 422, (page) => page.goto('/account/password').then(() => submit(page))],
  ['administration', 'admin', 200, (page) => page.goto('/admin')],
  ['administration of many days', 'admin', 200, openBusy],
  ['roles', 'admin', 200, (page) => page.goto('/admin/roles')],
  ['role built in', 'admin', 200, (page) => page.goto('/admin/roles/2')],
  ['role with a long name', 'admin', 200, (page) => page.goto('/admin/roles/3')],
  ['new role', 'admin', 200, (page) => page.goto('/admin/roles/new')],
  ['new role rejected', 'admin', 422, (page) => page.goto('/admin/roles/new').then(() => submit(page))],
  ['new role with what is not held', 'keyholder', 200, (page) => page.goto('/admin/roles/new?copy=2')],
  ['edit a role', 'admin', 200, (page) => page.goto('/admin/roles/3/edit')],
  ['edit a role built in', 'admin', 200, (page) => page.goto('/admin/roles/2/edit')],
  ['edit a role beyond authority', 'keyholder', 200, (page) => page.goto('/admin/roles/2/edit')],
  ['permissions', 'admin', 200, (page) => page.goto('/admin/permissions')],
  ['add a person', 'admin', 200, (page) => page.goto('/admin/users/new')],
  ['add a person rejected', 'admin', 422, (page) => page.goto('/admin/users/new').then(() => submit(page))],
  ['link blank', 'admin', 200, (page) => page.goto(`/admin/users/${invited}/link`)],
  ['link of another', 'admin', 200, (page) => linkTo(invited).then(() => page.goto(`/admin/users/${invited}/link`))],
  ['link made', 'admin', 200, (page) => page.goto(`/admin/users/${invited}/link`).then(() => submit(page))],
  ['link opened', 'visitor', 200, (page) => linkTo(invited).then((address) => page.goto(address))],
  ['link opened by another', 'user', 200, (page) => linkTo(invited).then((address) => page.goto(address))],
  [
    'link rejected',
    'visitor',
    422,
    (page) =>
      linkTo(invited)
        .then((address) => page.goto(address))
        .then(() => submit(page)),
  ],
  ['link used without being active', 'visitor', 200, (page) => page.goto('/welcome')],
  ['link ended', 'visitor', 410, (page) => page.goto('/welcome/x')],
  ['access map', 'admin', 200, (page) => page.goto('/admin/access')],
  ['access of a route', 'admin', 200, (page) => page.goto('/admin/access/route?route=GET+/account')],
  ['access of a route unknown', 'admin', 422, (page) => page.goto('/admin/access/route?route=GET+/nowhere')],
  ['access why blank', 'admin', 200, (page) => page.goto('/admin/access/why')],
  ['access why', 'admin', 200, (page) => page.goto('/admin/access/why?email=ada@example.org&route=GET+/admin')],
  ['access why rejected', 'admin', 422, (page) => page.goto('/admin/access/why').then(() => submit(page))],
  ['people', 'admin', 200, (page) => page.goto('/admin/users')],
  ['people found', 'admin', 200, (page) => page.goto('/admin/users?search=a&role=User&state=active&sort=address')],
  ['people not found', 'admin', 200, (page) => page.goto('/admin/users?search=nobody+at+all')],
  ['people rejected', 'admin', 422, (page) => page.goto('/admin/users?away=long&role=Nobody&sort=x&after=x&state=x')],
  ['person', 'admin', 200, (page) => page.goto('/admin/users/1')],
  ['person with an ended role', 'admin', 200, (page) => page.goto('/admin/users/2')],
  ['change of nobody', 'admin', 200, (page) => page.goto('/admin/users/change')],
  ['change of several people', 'admin', 200, (page) => page.goto(changeOf('grant', 1, 2, crew, invited))],
  ['change refused for some', 'admin', 200, (page) => page.goto(changeOf('deactivate', 1, 2, crew, invited))],
  ['change refused for all', 'admin', 200, (page) => page.goto(changeOf('deactivate', 1))],
  ['change rejected', 'admin', 422, (page) => page.goto('/admin/users/change?change=grant&users=2&until=soon')],
  ['change overtaken', 'admin', 409, confirmTooLate],
  ['deletion of a person', 'admin', 200, (page) => page.goto(changeOf('delete', crew))],
  ['deletion rejected', 'admin', 422, (page) => page.goto(changeOf('delete', crew)).then(() => confirm(page))],
  ['change of no role', 'admin', 200, (page) => page.goto('/admin/roles/change')],
  ['change of a role', 'admin', 200, editRole],
  ['change of a role overtaken', 'admin', 409, saveTooLate],
  ['change of a role in conflict', 'admin', 409, saveUnaware],
  ['deletion of a role', 'admin', 200, (page) => page.goto('/admin/roles/3').then(() => press(page, 'Delete'))],
  ['audit log', 'admin', 200, (page) => page.goto('/admin/audit')],
  ['audit log of nobody', 'admin', 200, (page) => page.goto('/admin/audit?from=2001-01-01&to=2001-01-02')],
  ['audit log rejected', 'admin', 422, (page) => page.goto('/admin/audit?person=nobody&from=soon&action=x&before=x')],
  ['forbidden', 'user', 403, (page) => page.goto('/admin')],
  ['forbidden asked already', 'user', 403, (page) => page.goto('/admin/access')],
  ['history of an account', 'user', 200, (page) => page.goto('/account').then(() => followHistory(page))],
  ['request', 'user', 200, (page) => page.goto('/access/request?route=GET+/admin')],
  ['request rejected', 'user', 422, (page) => page.goto('/access/request?route=GET+/admin').then(() => submit(page))],
  ['request asked already', 'user', 200, (page) => page.goto('/access/request?route=GET+/admin/access')],
  ['request for nothing', 'user', 200, (page) => page.goto('/access/request?route=GET+/nowhere')],
  ['requests', 'admin', 200, (page) => page.goto('/admin/requests')],
  ['requests declined', 'admin', 200, (page) => page.goto('/admin/requests?state=declined')],
  ['request to decide', 'admin', 200, (page) => page.goto('/admin/requests').then(() => followRequest(page))],
  ['request to decide rejected', 'admin', 422, declineSilently],
  ['refused', 'visitor', 400, (page) => page.goto('/login?password=in+the+address')],
  ['not found of a visitor', 'visitor', 404, (page) => page.goto('/no/such/page')],
  ['not found of an administrator', 'admin', 404, (page) => page.goto('/no/such/page')],
  ['failure', 'admin', 500, fail],
];

const wide = { width: 1280, height: 900 };
const narrow = { width: 375, height: 800 };

let site: Site;
let browser: Browser;
const cookies: Record<Who, string> = { visitor: '', user: '', keyholder: '', admin: '' };
/** Somebody who can't sign in yet. */
let invited: number;
/** Somebody with a long address who holds the role with a long name. */
let crew: number;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  site = await Site.start({ LOG_LEVEL: 'error' });
  browser = await launchBrowser();
  const ada = await site.user('ada@example.org');
  await ada.post('/access/request', { route: 'GET /admin/audit', reason: 'I look after the accounts' });
  await ada.post('/access/request', { route: 'GET /admin/access', reason: 'I explain to new helpers who may do what' });
  cookies.user = ada.cookie;
  await addRoles();
  await leaveThingsUndone();
  cookies.keyholder = (await site.user('kim@example.org')).cookie;
  await site.app.get(UsersService).grant(operator, 'kim@example.org', 'Keyholder');
  cookies.admin = (await site.admin()).cookie;
  await site.visitor().signIn('ada@example.org', 'a password of a user');
  const account = { email: 'bea@example.org', name: 'Bea', passwordHash: '', active: false, roles: ['User'] };
  invited = (await site.app.get(UsersService).create(operator, account)).id;
  crew = (await site.app.get(UsersService).byEmail(`${longAddress}9@example.org`)).id;
});
afterEach(() => jest.restoreAllMocks());
afterAll(async () => {
  await browser.close();
  await site.stop();
});

describe.each(pages)('the page "%s"', (name, who, status, open) => {
  const statuses: number[] = [];
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    page = await pageOf(who);
    complaints = complaintsOf(page);
    page.on('response', (answer) => answer.request().isNavigationRequest() && statuses.push(answer.status()));
    await open(page);
    await page.waitForLoadState();
  });
  afterAll(() => page.context().close());

  it('has a title of its own, one h1, a language, landmarks and a way past the navigation', async () => {
    expect(statuses.at(-1)).toBe(status);
    const h1 = await page.locator('h1').allTextContents();
    expect(h1).toHaveLength(1);
    expect(await page.title()).toMatch(/^\S.* · Music Festival Organizer$/);
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    for (const landmark of ['banner', 'main', 'contentinfo'] as const) {
      expect(await page.getByRole(landmark).count()).toBe(1);
    }
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('Skip to the content');
    await page.locator(':focus').blur();
  });

  it('has no barrier and no complaint, light and dark, wide and narrow', async () => {
    for (const viewport of [wide, narrow]) {
      await page.setViewportSize(viewport);
      expect(await overflow(page)).toBe(0);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        expect([colorScheme, await barriersOn(page)]).toEqual([colorScheme, []]);
        await picture(page, `${name}-${colorScheme}-${viewport.width}`);
      }
    }
    await page.setViewportSize({ width: 320, height: 800 });
    expect(await overflow(page)).toBe(0);
    expect(complaints).toEqual([]);
  });
});

/** One as long as they come, held by many; one that keeps the roles; and many more. */
async function addRoles(): Promise<void> {
  const [roles, users] = [site.app.get(RolesService), site.app.get(UsersService)];
  const long = 'Stagecrewwithoutasinglespace'.padEnd(64, 'x');
  await roles.create(operator, { name: long, description: 'y'.repeat(255), permissions: ['user-read', 'roles-read'] });
  const keys = ['admin-read', 'admin-write', 'roles-read', 'roles-write'];
  await roles.create(operator, { name: 'Keyholder', description: 'Looks after the roles', permissions: keys });
  for (let i = 1; i < 12; i++)
    await roles.create(operator, { name: `Crew ${i}`, description: `Of stage ${i}`, permissions: ['user-read'] });
  for (let i = 0; i < 55; i++) {
    const email = `${i % 9 ? 'crew' : longAddress}${i}@example.org`;
    await users.create(operator, { email, name: '', passwordHash: '', active: i % 7 > 0, roles: ['User'] });
    await users.grant(operator, email, long, i % 5 ? {} : { until: new Date(Date.now() + 86_400_000), reason: 'Crew' });
  }
}

async function pageOf(who: Who): Promise<Page> {
  const context = await browser.newContext({ baseURL: site.origin, reducedMotion: 'reduce', viewport: wide });
  const [name, value] = cookies[who].split('=');
  if (name && value) await context.addCookies([{ name, value, url: site.origin }]);
  return context.newPage();
}

async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(pictures, `${name.replaceAll(' ', '-')}.png`), fullPage: true });
}

/** By how many pixels the page is wider than the window. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** A new link, by the operator: where it leads on this site. */
async function linkTo(userId: number): Promise<string> {
  const { address } = await site.app.get(PasswordLinks).make(operator, userId);
  return new URL(address).pathname;
}

/** People and a role that somebody should look after. */
async function leaveThingsUndone(): Promise<void> {
  const bare = { passwordHash: '', active: true, roles: [] };
  const [roles, users] = [site.app.get(RolesService), site.app.get(UsersService)];
  await users.create(operator, { ...bare, email: 'bare1@example.org', name: 'Grace Hopper' });
  await users.create(operator, { ...bare, email: 'bare2@example.org', name: '' });
  await roles.create(operator, { name: 'Stage crew', description: '', permissions: [] });
}

/** After a month in which a lot happened. */
async function openBusy(page: Page): Promise<void> {
  const days = Array.from({ length: 30 }, (_, i) => ({
    day: new Date(Date.now() - i * 24 * 60 * 60_000).toISOString().slice(0, 10),
    counts: {
      'user.register': (i * 7) % 23,
      'user.create': i % 6,
      'signed in': 180 + ((i * 37) % 90),
      forbidden: (i * 5) % 14,
      'sign-in refused': (i * 3) % 8,
    },
  })).reverse();
  jest.spyOn(site.app.get(DailyFigures), 'lastDays').mockResolvedValueOnce(days);
  await page.goto('/admin');
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
  for (let i = 0; i < 10; i++) await site.visitor().signIn(email, 'a guess');
  await page.goto('/login');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill('another guess');
  await submit(page);
}

function changeOf(change: string, ...users: number[]): string {
  const terms = change === 'grant' ? '&role=Keyholder&until=2099-01-31&reason=For+the+summer' : '';
  return `/admin/users/change?change=${change}&users=${users.join()}${terms}`;
}

const confirm = (page: Page) => page.locator('form.confirm button').click();
let overtaking = 0;

/** After somebody has given one of them another role, or changed its end. */
async function confirmTooLate(page: Page): Promise<void> {
  await page.goto(changeOf('deactivate', 2, crew));
  const until = new Date(Date.now() + ++overtaking * 86_400_000);
  await site.app.get(UsersService).grant(operator, `${longAddress}9@example.org`, 'Keyholder', { until });
  await confirm(page);
}

async function editRole(page: Page): Promise<void> {
  await page.goto('/admin/roles/3/edit');
  await page.getByLabel('Read the audit log').check();
  await page.getByLabel('See roles').uncheck();
  await press(page, 'Show what would change');
}

/** After somebody else was given the role. */
async function saveTooLate(page: Page): Promise<void> {
  await editRole(page);
  const { name } = (await site.app.get(RolesService).byId(3)) ?? { name: '' };
  const email = `late${++overtaking}@example.org`;
  const person = { email, name: '', passwordHash: '', active: true, roles: [name] };
  await site.app.get(UsersService).create(operator, person);
  await confirm(page);
}

/** After somebody else has saved the same role. */
async function saveUnaware(page: Page): Promise<void> {
  await page.goto('/admin/roles/4/edit');
  await page.getByLabel('Description').fill('Looks after the roles, and tells the crew');
  const roles = site.app.get(RolesService);
  const { name, ...role } = await roles.byName('Keyholder');
  const description = `Looks after the roles of stage ${++overtaking}`;
  await roles.edit(operator, name, {
    name,
    permissions: role.permissions,
    description,
    base: versionOf({ name, ...role }),
  });
  await press(page, 'Show what would change');
}

const followHistory = (page: Page) => page.getByRole('link', { name: 'What was changed' }).click();
const followRequest = (page: Page) => page.getByRole('link', { name: 'asks for GET /admin/access' }).click();

async function declineSilently(page: Page): Promise<void> {
  await page.goto('/admin/requests');
  await followRequest(page);
  await page.getByRole('button', { name: 'Decline' }).click();
}

async function fail(page: Page): Promise<void> {
  jest.spyOn(site.app.get(UsersService), 'figures').mockRejectedValueOnce(new Error('provoked by the test'));
  await page.goto('/admin');
}
