import type { Page } from 'playwright-core';
import { operator } from '../../src/audit/actor';
import { DailyFigures } from '../../src/audit/daily-figures';
import { Database } from '../../src/database/database';
import { OutboxMessage } from '../../src/mail/outbox-message.entity';
import { versionOf } from '../../src/roles/role-version';
import { Furnished } from '../support/furnished-site';
import { confirm, expectNoBarrier, press, submit } from '../support/page-states';
import { somebody } from '../support/somebody';

const furnished = new Furnished();

/** What an administrator sees of the site: roles, access, requests, and what happened. */
expectNoBarrier(
  [
    ['administration', 'admin', 200, (page) => page.goto('/admin')],
    ['administration of many days', 'admin', 200, openBusy],
    ['search', 'admin', 200, (page) => page.goto('/admin/search?q=a')],
    ['search of nothing', 'admin', 200, (page) => page.goto('/admin/search?q=nobody+at+all')],
    ['mail', 'admin', 200, (page) => page.goto('/admin/mail')],
    ['mail waiting and refused', 'admin', 200, openMails],
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
    ['access map', 'admin', 200, (page) => page.goto('/admin/access')],
    ['access of a route', 'admin', 200, (page) => page.goto('/admin/access/route?route=GET+/account')],
    ['access of a route unknown', 'admin', 422, (page) => page.goto('/admin/access/route?route=GET+/nowhere')],
    ['access why blank', 'admin', 200, (page) => page.goto('/admin/access/why')],
    ['access why', 'admin', 200, (page) => page.goto('/admin/access/why?email=ada@example.org&route=GET+/admin')],
    ['access why rejected', 'admin', 422, (page) => page.goto('/admin/access/why').then(() => submit(page))],
    ['change of no role', 'admin', 200, (page) => page.goto('/admin/roles/change')],
    ['change of a role', 'admin', 200, editRole],
    ['change of a role overtaken', 'admin', 409, saveTooLate],
    ['change of a role in conflict', 'admin', 409, saveUnaware],
    ['deletion of a role', 'admin', 200, (page) => page.goto('/admin/roles/3').then(() => press(page, 'Delete'))],
    [
      'deletion of a role rejected',
      'admin',
      422,
      (page) =>
        page
          .goto('/admin/roles/3')
          .then(() => press(page, 'Delete'))
          .then(() => confirm(page)),
    ],
    ['activity', 'admin', 200, (page) => page.goto('/admin/activity')],
    ['activity of several', 'admin', 200, (page) => page.goto('/admin/activity?person=crew&kind=refusals')],
    ['activity rejected', 'admin', 422, (page) => page.goto('/admin/activity?person=zz&from=soon&kind=x&after=x')],
    ['audit log', 'admin', 200, (page) => page.goto('/admin/audit')],
    ['audit log of nobody', 'admin', 200, (page) => page.goto('/admin/audit?from=2001-01-01&to=2001-01-02')],
    ['audit log rejected', 'admin', 422, (page) => page.goto('/admin/audit?person=nobody&from=soon&action=x&before=x')],
    ['requests', 'admin', 200, (page) => page.goto('/admin/requests')],
    ['requests declined', 'admin', 200, (page) => page.goto('/admin/requests?state=declined')],
    ['request to decide', 'admin', 200, (page) => page.goto('/admin/requests').then(() => followRequest(page))],
    ['request to decide rejected', 'admin', 422, declineSilently],
    ['request to decide overtaken', 'admin', 409, approveTooLate],
  ],
  furnished,
);

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
  jest.spyOn(furnished.site.app.get(DailyFigures), 'lastDays').mockResolvedValueOnce(days);
  await page.goto('/admin');
}

/** The one is tried again tomorrow, and what was said of each is long. */
async function openMails(page: Page): Promise<void> {
  const [now, fault] = [Date.now(), `550 ${'routines:no_such_mailbox:'.repeat(9)}`];
  const mail = { template: 'password-recovery', address: 'ada@example.org', data: '{}', attempts: 3, fault };
  const times = { createdAt: now, triedSince: now };
  const mails = [
    { ...mail, ...times, messageId: `waits ${now}`, dueAt: now + 86_400_000 },
    { ...mail, ...times, messageId: `refused ${now}`, failedAt: now },
  ];
  await furnished.site.app.get(Database).transaction((manager) => manager.insert(OutboxMessage, mails));
  await page.goto('/admin/mail');
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
  const { name } = (await furnished.roles.byId(3)) ?? { name: '' };
  await somebody(furnished.site, [name]);
  await confirm(page);
}

/** After somebody else has saved the same role. */
async function saveUnaware(page: Page): Promise<void> {
  await page.goto('/admin/roles/4/edit');
  await page.getByLabel('Description').fill('Looks after the roles, and tells the crew');
  await rewordKeyholder();
  await press(page, 'Show what would change');
}

let wordings = 0;
async function rewordKeyholder(): Promise<void> {
  const role = await furnished.roles.byName('Keyholder');
  const description = `Looks after the roles of stage ${++wordings}`;
  await furnished.roles.edit(operator, role.name, { ...role, description, base: versionOf(role) });
}

const followRequest = (page: Page) => page.getByRole('link', { name: 'asks for “See the access map”' }).click();

async function declineSilently(page: Page): Promise<void> {
  await page.goto('/admin/requests');
  await followRequest(page);
  await page.getByRole('button', { name: 'Decline' }).click();
}

/** After somebody else has saved the role that is offered. */
async function approveTooLate(page: Page): Promise<void> {
  await page.goto('/admin/requests');
  await followRequest(page);
  await rewordKeyholder();
  await press(page, 'Approve');
}
