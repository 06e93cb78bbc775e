import type { Page, Person } from './support/person';
import { Site } from './support/site';

let site: Site;
let admin: Person;
let fan: Person;

beforeAll(async () => {
  site = await Site.start();
  [admin, fan] = [await site.admin(), await site.user('fan@example.org')];
  await fan.post('/access/request', { route: 'GET /admin', reason: 'I plan the shifts' });
});
afterAll(() => site.stop());

const alertsOn = ({ body }: Page) =>
  [...body.matchAll(/role="alert">([^<]*?) ?</g)].map(([, words = '']) => words.replaceAll('&#x27;', "'"));

/** What a form takes, whether its page shows a field for it or not. */
const forms: [who: 'visitor' | 'fan' | 'admin', address: string, fields: string[]][] = [
  ['visitor', 'POST /login', ['email', 'password', 'remember', 'next', 'form']],
  ['visitor', 'POST /register', ['name', 'email', 'password', 'password_confirm', 'next', 'form']],
  ['fan', 'POST /account/password', ['current_password', 'password', 'password_confirm', 'form']],
  ['fan', 'POST /access/request?route=GET+/admin', ['reason']],
  ['admin', 'GET /admin/users', ['search', 'role', 'state', 'away', 'sort', 'after']],
  ['admin', 'POST /admin/users/new', ['email', 'name', 'active', 'reason']],
  ['admin', 'GET /admin/users/change?users=1', ['change', 'role', 'until', 'reason', 'digest', 'email', 'next']],
  ['admin', 'POST /admin/users/change', ['change', 'role', 'until', 'reason', 'digest', 'email', 'next']],
  ['admin', 'POST /admin/roles/new', ['name', 'description']],
  ['admin', 'GET /admin/roles/change', ['change', 'role', 'name', 'description', 'base', 'digest']],
  ['admin', 'GET /admin/requests/1', ['role', 'until', 'digest']],
  ['admin', 'GET /admin/audit', ['person', 'action', 'from', 'to', 'before']],
  ['admin', 'GET /admin/audit/export', ['person', 'action', 'from', 'to', 'format']],
  ['admin', 'GET /admin/access/route', ['route']],
  ['admin', 'GET /admin/access/why', ['email', 'route']],
];
const cases = forms.flatMap(([who, address, fields]) => fields.map((field) => [address, field, who] as const));

it.each(cases)('%s says on its page why it refuses two of its field %s', async (address, field, who) => {
  const person = { visitor: site.visitor(), fan, admin }[who];
  const [method, path = '', query] = address.split(/[ ?]/);
  const sent = new URLSearchParams(query);
  for (const text of ['one', 'another']) sent.append(field, text);
  const send = (headers: Record<string, string>) =>
    method === 'GET'
      ? person.get(`${path}?${sent.toString()}`, headers)
      : person.send('POST', path, { headers, body: sent });
  const { errors } = (await send({ accept: 'application/json' })).json<{ errors: Record<string, string> }>();
  expect(errors[field]).toMatch(/^[A-Z][^:]*\.( |$)/);
  const page = await send({});
  expect(page.status).toBe(422);
  for (const sentence of new Set(Object.values(errors)))
    expect(alertsOn(page).filter((words) => words === sentence).length).toBeGreaterThan(0);
});

describe('a date that is refused', () => {
  const addresses = ['change=grant&role=User', 'change=change-end&role=User'].map(
    (change) => `/admin/users/change?users=2&${change}&until=`,
  );

  it.each(addresses)('is refused by one sentence, beside its field, and no effect is shown: %s', async (address) => {
    const refused: [string, string][] = [
      ['2020-13-45', 'Enter a day, like 2027-01-31.'],
      ['tomorrow', 'Enter a day, like 2027-01-31.'],
      ['2020-12-31', 'This date has passed. Choose a later one.'],
      ['2020-12-31T18:00', 'This date has passed. Choose a later one.'],
    ];
    for (const [date, sentence] of refused) {
      const page = await admin.get(address + date);
      expect(page.status).toBe(422);
      expect(alertsOn(page)).toEqual([sentence]);
      expect(page.body).toContain(`id="until-error" role="alert">${sentence}`);
      expect(page.body).not.toContain('What would change');
    }
    const today = new Date().toISOString().slice(0, 10);
    expect((await admin.get(address + today)).body).toContain('What would change');
  });
});

it('a change that is refused is not said to be so already', async () => {
  const page = await admin.get('/admin/users/change?change=deactivate&users=1');
  expect(page.body).toContain('Nobody would be left');
  expect(page.body).not.toContain('as it is already');
});
