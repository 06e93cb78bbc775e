import { UsersService } from '../../src/accounts/users.service';
import { operator } from '../../src/audit/actor';
import { RolesService } from '../../src/roles/roles.service';
import { barriersOn, plain } from '../support/browser';
import { open, page } from '../support/page-of-test';
import { Site } from '../support/site';
import { until } from '../support/until';

let site: Site;
let cookie: string;
let henrik: number;

beforeAll(async () => {
  site = await Site.start();
  cookie = (await site.admin()).cookie;
  const crew = { name: 'Solar crew', description: 'Looks after the panels', permissions: [] };
  await site.app.get(RolesService).create(operator, crew);
  const users = site.app.get(UsersService);
  const account = { email: 'h.solberg@example.org', name: '<b>Henrik</b> Solberg', passwordHash: '', active: false };
  ({ id: henrik } = await users.create(operator, { ...account, roles: ['User'] }));
});
afterAll(() => site.stop());

const field = () => page.locator('#site-search');
const list = () => page.getByRole('listbox');
const options = async () => (await list().getByRole('option').allTextContents()).map(plain);
const chosen = async () => plain(await list().locator('[aria-selected=true]').textContent());

describe('While somebody types into the search', () => {
  it('people, roles and pages are suggested, and a click leads there', async () => {
    await open({ origin: site.origin, cookie, path: '/account' });
    await field().pressSequentially('sol');
    await list().waitFor();
    expect(await options()).toEqual([
      '<b>Henrik</b> Solberg not active h.solberg@example.org · User',
      'Solar crew Looks after the panels',
      'All results',
    ]);
    expect(await list().getByRole('group', { name: 'People' }).getByRole('option').count()).toBe(1);
    expect(await barriersOn(page)).toEqual([]);
    await page.locator('h1').click({ position: { x: 5, y: 5 } });
    expect(await list().isVisible()).toBe(false);
    await field().press('ArrowDown');
    await list().getByRole('option', { name: 'Solberg' }).click();
    await page.waitForURL(`**/admin/users/${henrik}`);
  });

  it('the arrows choose, Enter goes there, and Escape closes and keeps what was typed', async () => {
    await open({ origin: site.origin, cookie, path: '/account' });
    await page.keyboard.press('/');
    await page.keyboard.type('sol');
    await page.getByText('2 suggestions. Choose with the arrow keys.').waitFor();
    expect(await field().getAttribute('aria-expanded')).toBe('true');
    await page.keyboard.press('ArrowUp');
    expect(await chosen()).toBe('All results');
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowDown');
    expect(await chosen()).toContain('Solar crew');
    const named = await field().getAttribute('aria-activedescendant');
    expect(await page.locator(`[id="${named}"]`).textContent()).toContain('Solar crew');
    await page.keyboard.press('Escape');
    expect([await list().isVisible(), await field().inputValue()]).toEqual([false, 'sol']);
    expect(await field().getAttribute('aria-activedescendant')).toBeNull();
    await page.keyboard.press('ArrowDown');
    await list().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Solar crew' }).waitFor();
  });

  it('Enter searches where nothing is chosen', async () => {
    await open({ origin: site.origin, cookie, path: '/account' });
    await field().pressSequentially('sol');
    await list().waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/admin/search?q=sol');
  });

  it('the site is asked after a pause only, and an answer that comes too late is shown to nobody', async () => {
    await open({ origin: site.origin, cookie, path: '/admin/search' });
    const asked: string[] = [];
    let answerLate = (): void => undefined;
    const isLate = new Promise<void>((resolve) => (answerLate = resolve));
    await page.route('**/admin/search?*', async (route) => {
      const q = new URL(route.request().url()).searchParams.get('q')!;
      asked.push(q);
      if (q === 'so') await isLate;
      await route.continue();
    });
    const givenUp = page.waitForEvent('requestfailed', (request) => request.url().endsWith('?q=so'));
    await page.keyboard.type('so');
    await until(() => asked.includes('so'));
    await page.keyboard.type('la');
    await list().waitFor();
    await givenUp;
    answerLate();
    expect(await options()).toEqual(['Solar crew Looks after the panels', 'All results']);
    expect(asked).toEqual(['so', 'sola']);
    await page.keyboard.type(' none');
    await list().getByText('Nothing found.').waitFor();
    expect(await options()).toEqual(['All results']);
  });

  it('nothing is suggested without JavaScript, and Enter searches', async () => {
    await open({ origin: site.origin, cookie, path: '/account', javaScriptEnabled: false });
    expect(await field().getAttribute('role')).toBeNull();
    await field().pressSequentially('sol');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/admin/search?q=sol');
  });
});
