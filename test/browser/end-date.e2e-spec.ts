import { UserGrants } from '../../src/accounts/user-grants.service';
import { operator } from '../../src/audit/actor';
import { UserHoldings } from '../../src/roles/user-holdings.service';
import { open } from '../support/page-of-test';
import { Site } from '../support/site';
import { somebody } from '../support/somebody';

describe('the end date of a role', () => {
  let site: Site;
  beforeAll(async () => (site = await Site.start()));
  afterAll(() => site.stop());

  it.each([
    ['2098-12-25T00:00:00.000Z', '2098-12-24', '2098-11-30'],
    ['2098-12-24T18:30:00.000Z', '2098-12-24T18:30', '2098-11-30T09:00'],
    ['2098-12-24T18:30:01.125Z', '2098-12-24T18:30:01.125', '2098-11-30T09:00'],
  ])('that is %s opens filled, saves as it is, and is changed', async (end, shown, typed) => {
    const { id, email } = await somebody(site);
    await site.app.get(UserGrants).give(operator, email, 'User', { until: new Date(end), reason: 'Winter' });
    const held = async () => site.app.get(UserHoldings).heldGrant(id, 'User');
    const { cookie } = await site.admin();
    const opening = { origin: site.origin, cookie, path: `/admin/users/${id}`, javaScriptEnabled: false };
    const page = await open(opening);
    const main = page.getByRole('main');

    await main.getByRole('link', { name: 'Change the end date' }).click();
    expect(await main.getByLabel(/^End date/).inputValue()).toBe(shown);
    expect(await main.getByLabel(/^Reason/).inputValue()).toBe('Winter');
    await main.getByRole('button', { name: 'Show the effect' }).click();
    expect(await main.getByRole('button').allTextContents()).toEqual(['Show the effect']);
    expect(await held()).toMatchObject({ until: new Date(end), reason: 'Winter' });

    await main.getByLabel(/^End date/).fill(typed);
    await main.getByRole('button', { name: 'Show the effect' }).click();
    await main.getByRole('button', { name: 'Change the end date' }).click();
    const until = typed.includes('T') ? new Date(`${typed}Z`) : new Date('2098-12-01T00:00Z');
    expect(await held()).toMatchObject({ until, reason: 'Winter' });
  });
});
