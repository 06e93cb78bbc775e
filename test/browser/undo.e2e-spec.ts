import { UserHoldings } from '../../src/roles/user-holdings.service';
import { browser, open } from '../support/page-of-test';
import { roleOf } from '../support/role-of';
import { Site } from '../support/site';
import { somebody } from '../support/somebody';
import { Typist } from '../support/typist';

describe('who has given a role', () => {
  let site: Site;
  let cookie: string;
  let given: { id: number; role: string };

  beforeAll(async () => {
    site = await Site.start();
  });
  beforeEach(async () => {
    cookie = (await site.admin()).cookie;
    given = { id: (await somebody(site, ['User'])).id, role: await roleOf(site, ['audit-read']) };
  });
  afterAll(() => site.stop());

  const held = () => site.app.get(UserHoldings).rolesOf(given.id);

  const address = () =>
    `/admin/users/change?${new URLSearchParams({ change: 'grant', users: String(given.id), role: given.role }).toString()}`;

  it.each([true, false])('takes it back by two clicks, with JavaScript %s', async (javaScriptEnabled) => {
    const opening = { origin: site.origin, cookie, path: address(), javaScriptEnabled };
    const page = await open(opening);
    await page.getByRole('button', { name: 'Give the role', exact: true }).click();
    expect(await page.getByRole('status').textContent()).toContain(`now has the role ${given.role}`);
    expect(await held()).toEqual(['User', given.role]);
    await page.getByRole('link', { name: 'Undo', exact: true }).click();
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    expect(await page.getByRole('status').textContent()).toContain(`no longer has the role ${given.role}.`);
    expect(await held()).toEqual(['User']);
  });

  it.each([true, false])('takes it back by two keys, with JavaScript %s', async (javaScriptEnabled) => {
    const typist = await Typist.sitsDown(browser, site.origin, javaScriptEnabled, cookie);
    await typist.opens(address());
    await typist.presses('Give the role');
    await typist.follows('Undo');
    await typist.presses('Undo');
    expect(await typist.isTold()).toContain(`no longer has the role ${given.role}.`);
    expect(await held()).toEqual(['User']);
    await typist.leaves();
  });
});
