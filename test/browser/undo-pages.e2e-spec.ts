import type { Page } from 'playwright-core';
import { operator } from '../../src/audit/actor';
import { Clock } from '../../src/config/clock';
import { Furnished, longAddress } from '../support/furnished-site';
import { confirm, expectNoBarrier } from '../support/page-states';

const furnished = new Furnished();

/** What an administrator sees of taking a change back. */
expectNoBarrier(
  [
    ['change that can be undone', 'admin', 200, (page) => give(page, 'Crew 1')],
    ['undo of a change', 'admin', 200, (page) => give(page, 'Crew 2').then(() => undo(page))],
    ['undo that keeps some', 'admin', 200, undoWhatIsChangedSince],
    ['undo of nothing', 'admin', 200, (page) => undoOfOne(page, 'Crew 4')],
    ['undo too late', 'admin', 409, undoTooLate],
    ['undo of a role', 'admin', 200, undoOfRole],
    [
      'undone',
      'admin',
      200,
      (page) =>
        give(page, 'Crew 7')
          .then(() => undo(page))
          .then(() => confirm(page)),
    ],
    [
      'audit log that offers to undo',
      'admin',
      200,
      (page) => give(page, 'Crew 8').then(() => page.goto('/admin/audit')),
    ],
  ],
  furnished,
);

const undo = (page: Page) => page.getByRole('main').getByRole('link', { name: 'Undo', exact: true }).click();

async function give(page: Page, role: string, users = [furnished.crew, furnished.invited, 2]): Promise<void> {
  const fields = new URLSearchParams({ change: 'grant', users: users.join(), role });
  await page.goto(`/admin/users/change?${fields.toString()}`);
  await confirm(page);
}

async function undoWhatIsChangedSince(page: Page): Promise<void> {
  await give(page, 'Crew 3');
  await furnished.grants.give(operator, longAddress, 'Crew 3', { until: new Date(Date.now() + 86_400_000) });
  await undo(page);
}

async function undoOfOne(page: Page, role: string): Promise<void> {
  await give(page, role, [furnished.crew]);
  await furnished.grants.revoke(operator, longAddress, role);
  await undo(page);
}

async function undoTooLate(page: Page): Promise<void> {
  await give(page, 'Crew 5');
  jest.spyOn(furnished.site.app.get(Clock), 'now').mockImplementation(() => new Date(Date.now() + 10 * 60_000));
  await undo(page);
}

async function undoOfRole(page: Page): Promise<void> {
  const { id } = await furnished.roles.byName('Crew 6');
  await page.goto(`/admin/roles/${id}/edit`);
  await page.getByLabel('Name').fill('Crew six');
  await page.getByLabel('See users').check();
  await page.getByRole('main').getByRole('button').click();
  await confirm(page);
  await furnished.roles.addPermissions(operator, 'Crew six', ['audit-read']);
  await furnished.roles.removePermissions(operator, 'Crew six', ['users-read']);
  await undo(page);
}
