import { UsersService } from '../../src/accounts/users.service';
import { operator } from '../../src/audit/actor';
import { RolesService } from '../../src/roles/roles.service';
import { UserHoldings } from '../../src/roles/user-holdings.service';
import { plain } from '../support/browser';
import { open, page } from '../support/page-of-test';
import { anOpenRequest } from '../support/requests';
import { Site } from '../support/site';
import { somebody } from '../support/somebody';

let site: Site;
let fan: { id: number; email: string; name: string };

beforeAll(async () => {
  site = await Site.start();
  const permissions = ['admin-read', 'admin-write'];
  await site.app.get(RolesService).create(operator, { name: 'Desk', description: '', permissions });
});
beforeEach(async () => {
  fan = await somebody(site, ['User']);
  const { cookie } = await site.admin();
  await open({ origin: site.origin, cookie, javaScriptEnabled: false });
});
afterAll(() => site.stop());

const main = () => page.getByRole('main');
const press = (name: string) => main().getByRole('button', { name, exact: true }).click();
const until = () => main().getByLabel(/^End date/);
const held = () => site.app.get(UserHoldings).heldGrant(fan.id, 'Desk');
const reads = async () => plain(await main().textContent());

/** Where a preview is confirmed: its address, its buttons, and what it says of a day. */
const previews: [
  string,
  { open: () => Promise<string>; ask: string; confirm: string; says: (day: string) => string },
][] = [
  [
    'a request',
    {
      open: async () => `/admin/requests/${await anOpenRequest(site, fan.id)}`,
      ask: 'Show what it would give',
      confirm: 'Approve',
      says: (day) => `Desk, until ${day}, gives them`,
    },
  ],
  [
    'a role that is given',
    {
      open: () => Promise.resolve(`/admin/users/change?change=grant&users=${fan.id}&role=Desk`),
      ask: 'Show the effect',
      confirm: 'Give the role',
      says: (day) => `Ends ${day}.`,
    },
  ],
];

describe.each(previews)('who confirms %s', (_, { open, ask, confirm, says }) => {
  it('types an end date and presses once', async () => {
    await page.goto(await open());
    await until().fill('2098-05-03');
    await press(confirm);
    expect(await page.getByRole('status').textContent()).toContain(
      `${fan.name} now has the role Desk until 3 May 2098.`,
    );
    expect(await held()).toMatchObject({ until: new Date('2098-05-04T00:00Z') });
  });

  it('is shown that there is no end before they give what they have seen with one', async () => {
    await page.goto(await open());
    await until().fill('2098-05-03');
    await press(ask);
    expect(await reads()).toContain(says('3 May 2098'));
    await until().fill('');
    await press(confirm);
    expect(await held()).toBeNull();
    expect(await main().getByRole('alert').textContent()).toContain('another effect than the one you were shown');
    await press(confirm);
    expect(await page.getByRole('status').textContent()).toContain(
      `${fan.name} now has the role Desk, without an end.`,
    );
    expect(await held()).toMatchObject({ until: null });
  });

  it('does not do so with Enter in a field, which shows the effect', async () => {
    await page.goto(await open());
    await until().focus();
    await page.keyboard.type('05032098');
    await page.keyboard.press('Enter');
    await page.waitForURL(/until=2098-05-03/);
    expect(await reads()).toContain(says('3 May 2098'));
    expect(await held()).toBeNull();
  });

  it('gives nothing for ever with a date that is typed by half', async () => {
    const address = await open();
    await page.goto(address);
    await until().focus();
    await page.keyboard.type('0503');
    await press(confirm);
    expect(await until().evaluate((field: HTMLInputElement) => field.matches(':focus:invalid'))).toBe(true);
    expect([new URL(page.url()).pathname, await held()]).toEqual([address.split('?')[0], null]);
  });
});

describe('who deletes somebody', () => {
  it('does not do so with Enter in a field, and has what they typed in no address', async () => {
    const addresses: string[] = [];
    page.on('request', (request) => addresses.push(request.url()));
    await page.goto(`/admin/users/change?change=delete&users=${fan.id}`);
    for (const [label, text] of [
      ['Type the address', fan.email],
      ['Reason', 'Has left'],
    ] as const) {
      await main().getByLabel(label).fill(text);
      await page.keyboard.press('Enter');
    }
    expect(await site.app.get(UsersService).findByEmail(fan.email)).not.toBeNull();
    await press('Delete');
    expect(await page.getByRole('status').textContent()).toBe(`${fan.name} is deleted.`);
    expect(addresses.filter((address) => address.includes('example.org'))).toEqual([]);
  });
});
