import type { Page } from 'playwright-core';
import { operator } from '../../src/audit/actor';
import { Furnished, longAddress } from '../support/furnished-site';
import { confirm, expectNoBarrier, submit } from '../support/page-states';

const furnished = new Furnished();

/** What an administrator sees of people and of what would change for them. */
expectNoBarrier(
  [
    ['add a person', 'admin', 200, (page) => page.goto('/admin/users/new')],
    ['add a person rejected', 'admin', 422, (page) => page.goto('/admin/users/new').then(() => submit(page))],
    ['link blank', 'admin', 200, (page) => page.goto(`/admin/users/${furnished.invited}/link`)],
    [
      'link of another',
      'admin',
      200,
      (page) => furnished.newLink().then(() => page.goto(`/admin/users/${furnished.invited}/link`)),
    ],
    ['link made', 'admin', 200, (page) => page.goto(`/admin/users/${furnished.invited}/link`).then(() => submit(page))],
    ['people', 'admin', 200, (page) => page.goto('/admin/users')],
    ['people found', 'admin', 200, (page) => page.goto('/admin/users?search=a&role=User&state=active&sort=address')],
    ['people not found', 'admin', 200, (page) => page.goto('/admin/users?search=nobody+at+all')],
    ['people rejected', 'admin', 422, (page) => page.goto('/admin/users?away=long&role=Nobody&sort=x&after=x&state=x')],
    ['person', 'admin', 200, (page) => page.goto('/admin/users/1')],
    ['correct a person', 'admin', 200, (page) => page.goto('/admin/users/2/profile')],
    ['correct a person rejected', 'admin', 422, correctWrongly],
    ['reset second factors', 'admin', 200, (page) => page.goto('/admin/users/2/second-factors/reset')],
    ['person with an ended role', 'admin', 200, (page) => page.goto('/admin/users/2')],
    ['change of nobody', 'admin', 200, (page) => page.goto('/admin/users/change')],
    [
      'change of several people',
      'admin',
      200,
      (page) => page.goto(changeOf('grant', 1, 2, furnished.crew, furnished.invited)),
    ],
    [
      'change refused for some',
      'admin',
      200,
      (page) => page.goto(changeOf('deactivate', 1, 2, furnished.crew, furnished.invited)),
    ],
    ['change refused for all', 'admin', 200, (page) => page.goto(changeOf('deactivate', 1))],
    ['change rejected', 'admin', 422, (page) => page.goto('/admin/users/change?change=grant&users=2&until=soon')],
    ['change overtaken', 'admin', 409, confirmTooLate],
    ['deletion of a person', 'admin', 200, (page) => page.goto(changeOf('delete', furnished.crew))],
    [
      'deletion rejected',
      'admin',
      422,
      (page) => page.goto(changeOf('delete', furnished.crew)).then(() => confirm(page)),
    ],
  ],
  furnished,
);

function changeOf(change: string, ...users: number[]): string {
  const period = change === 'grant' ? '&role=Keyholder&until=2099-01-31&reason=For+the+summer' : '';
  return `/admin/users/change?change=${change}&users=${users.join()}${period}`;
}

async function correctWrongly(page: Page): Promise<void> {
  await page.goto('/admin/users/2/profile');
  await page.getByLabel('E-mail address').fill('no address');
  await submit(page);
}

let overtaking = 0;

/** After somebody has given one of them another role, or changed its end. */
async function confirmTooLate(page: Page): Promise<void> {
  await page.goto(changeOf('deactivate', 2, furnished.crew));
  const until = new Date(Date.now() + ++overtaking * 86_400_000);
  await furnished.grants.give(operator, longAddress, 'Keyholder', { until });
  await confirm(page);
}
