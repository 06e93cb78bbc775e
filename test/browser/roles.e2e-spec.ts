import type { Page } from 'playwright-core';
import { UserGrants } from '../../src/accounts/user-grants.service';
import { operator } from '../../src/audit/actor';
import { RolesService } from '../../src/roles/roles.service';
import { open } from '../support/page-of-test';
import { Site } from '../support/site';

describe('an administrator without JavaScript', () => {
  let site: Site;

  beforeAll(async () => (site = await Site.start()));
  afterAll(() => site.stop());

  const heading = (page: Page) => page.getByRole('heading', { level: 1 }).textContent();
  const press = (page: Page, name: string) => page.getByRole('main').getByRole('button', { name }).click();
  const follow = (page: Page, name: string) => page.getByRole('main').getByRole('link', { name, exact: true }).click();

  it('makes a role, copies it, sees what a change of it does before they save it, and deletes it', async () => {
    const roles = site.app.get(RolesService);
    const { cookie } = await site.admin();
    const opening = { origin: site.origin, cookie, path: '/admin', javaScriptEnabled: false };
    const page = await open(opening);
    await page.getByRole('navigation').getByRole('link', { name: 'Roles' }).click();
    await follow(page, 'New role');
    await page.getByLabel('Name').fill('Stage crew');
    await page.getByLabel('See users').check();
    await press(page, 'Make the role');
    expect(await heading(page)).toBe('Stage crew');
    expect(await page.getByRole('status').textContent()).toContain('Nobody holds it yet.');

    await follow(page, 'Copy');
    expect(await page.getByLabel('See users').isChecked()).toBe(true);
    await page.getByLabel('Name').fill('Stage hands');
    await page.getByLabel('Read the audit log').check();
    await press(page, 'Make the role');
    expect((await roles.byName('Stage hands')).permissions).toEqual(['audit-read', 'users-read']);

    await site.user('ada@example.org');
    await site.app.get(UserGrants).give(operator, 'ada@example.org', 'Stage hands');
    await follow(page, 'Edit');
    await page.getByLabel('Name').fill('Stagehands');
    await page.getByLabel('Read the audit log').uncheck();
    await press(page, 'Show what would change');
    expect(await page.getByRole('main').textContent()).toMatch(/1\s+person gains or loses/);
    expect((await roles.byName('Stage hands')).permissions).toEqual(['audit-read', 'users-read']);
    await press(page, 'Save the role and take from 1 person');
    expect(await heading(page)).toBe('Stagehands');
    expect((await roles.byName('Stagehands')).permissions).toEqual(['users-read']);

    await press(page, 'Delete');
    expect(await page.getByRole('main').textContent()).toContain('users-read');
    await page.getByLabel('Type the name of the role to delete').fill('Stagehands');
    await press(page, 'Delete Stagehands for 1 person');
    expect(await heading(page)).toBe('Roles');
    expect(await roles.find('Stagehands')).toBeNull();
    expect(await roles.find('Stage crew')).not.toBeNull();
  });
});
