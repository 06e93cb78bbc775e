import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { operator } from '../../src/audit/actor';
import { RolesService } from '../../src/roles/roles.service';
import { PasswordLinks } from '../../src/users/password-links.service';
import { UsersService } from '../../src/users/users.service';
import { barriersOn, complaintsOf, launchBrowser } from './browser';
import { Site } from './site';

/** Pictures of every page, to be looked at. */
const pictures = join(__dirname, '../../screenshots');

const wide = { width: 1280, height: 900 };
const narrow = { width: 375, height: 800 };

type Who = 'visitor' | 'user' | 'keyholder' | 'admin';

/** A page in one of its states: who sees it, with which status, and the way to it. */
export type PageState = [name: string, who: Who, status: number, open: (page: Page) => Promise<unknown>];

/** The address of somebody who holds the role with a long name. */
export const longAddress = `${'crewwithalongaddress'.padEnd(60, 'x')}9@example.org`;

/** A site on which a lot is to be seen, and who looks at it. */
export class Furnished {
  readonly cookies: Record<Who, string> = { visitor: '', user: '', keyholder: '', admin: '' };
  site!: Site;
  /** Somebody who can't sign in yet. */
  invited!: number;
  /** Somebody with a long address. */
  crew!: number;

  get users(): UsersService {
    return this.site.app.get(UsersService);
  }

  get roles(): RolesService {
    return this.site.app.get(RolesService);
  }

  /** A new link, by the operator: where it leads on this site. */
  async linkTo(userId: number): Promise<string> {
    const { address } = await this.site.app.get(PasswordLinks).make(operator, userId);
    return new URL(address).pathname;
  }

  async furnish(): Promise<void> {
    this.site = await Site.start({ LOG_LEVEL: 'error' });
    const ada = await this.site.user('ada@example.org');
    await ada.post('/access/request', { route: 'GET /admin/audit', reason: 'I look after the accounts' });
    await ada.post('/access/request', {
      route: 'GET /admin/access',
      reason: 'I explain to new helpers who may do what',
    });
    this.cookies.user = ada.cookie;
    await this.addRoles();
    await this.leaveThingsUndone();
    this.cookies.keyholder = (await this.site.user('kim@example.org')).cookie;
    await this.users.grant(operator, 'kim@example.org', 'Keyholder');
    this.cookies.admin = (await this.site.admin()).cookie;
    await this.site.visitor().signIn('ada@example.org', 'a password of a user');
    const bea = { email: 'bea@example.org', name: 'Bea', passwordHash: '', active: false, roles: ['User'] };
    this.invited = (await this.users.create(operator, bea)).id;
    this.crew = (await this.users.byEmail(longAddress)).id;
  }

  /** One as long as they come, held by many; one that keeps the roles; and many more. */
  private async addRoles(): Promise<void> {
    const long = 'Stagecrewwithoutasinglespace'.padEnd(64, 'x');
    const description = 'y'.repeat(255);
    await this.roles.create(operator, { name: long, description, permissions: ['user-read', 'roles-read'] });
    const keys = ['admin-read', 'admin-write', 'roles-read', 'roles-write'];
    await this.roles.create(operator, { name: 'Keyholder', description: 'Looks after the roles', permissions: keys });
    for (let i = 1; i < 12; i++)
      await this.roles.create(operator, {
        name: `Crew ${i}`,
        description: `Of stage ${i}`,
        permissions: ['user-read'],
      });
    for (let i = 0; i < 55; i++) {
      const email = i % 9 ? `crew${i}@example.org` : longAddress.replace('9@', `${i}@`);
      await this.users.create(operator, { email, name: '', passwordHash: '', active: i % 7 > 0, roles: ['User'] });
      const terms = i % 5 ? {} : { until: new Date(Date.now() + 86_400_000), reason: 'Crew' };
      await this.users.grant(operator, email, long, terms);
    }
  }

  /** People and a role that somebody should look after. */
  private async leaveThingsUndone(): Promise<void> {
    const bare = { passwordHash: '', active: true, roles: [] };
    await this.users.create(operator, { ...bare, email: 'bare1@example.org', name: 'Grace Hopper' });
    await this.users.create(operator, { ...bare, email: 'bare2@example.org', name: '' });
    await this.roles.create(operator, { name: 'Stage crew', description: '', permissions: [] });
  }
}

export const press = (page: Page, name: string) =>
  page.getByRole('main').getByRole('button', { name, exact: true }).click();
export const submit = (page: Page) => page.getByRole('main').getByRole('button').click();
/** Presses the button under what would change. */
export const confirm = (page: Page) => page.locator('form.confirm button').click();

/** Opens each on a site of its own, and sees that nobody is kept out by how it is made. */
export function expectNoBarrier(pages: readonly PageState[], furnished: Furnished): void {
  let browser: Browser;

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    await furnished.furnish();
    browser = await launchBrowser();
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(async () => {
    await browser.close();
    await furnished.site.stop();
  });

  async function pageOf(who: Who): Promise<Page> {
    const { cookies, site } = furnished;
    const context = await browser.newContext({ baseURL: site.origin, reducedMotion: 'reduce', viewport: wide });
    const [name, value] = cookies[who].split('=');
    if (name && value) await context.addCookies([{ name, value, url: site.origin }]);
    return context.newPage();
  }

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
}

async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(pictures, `${name.replaceAll(' ', '-')}.png`), fullPage: true });
}

/** By how many pixels the page is wider than the window. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
