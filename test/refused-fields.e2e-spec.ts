import { formsThatNobodySends, textFields, valuesOf, type Sender } from './support/fixtures';
import { holder } from './support/holder';
import type { Page, Person } from './support/person';
import { filled } from './support/route-parameters';
import { Site } from './support/site';

let site: Site;
let admin: Person;
let fan: Person;
let somebody: number;

beforeAll(async () => {
  site = await Site.start();
  [admin, fan] = [await site.admin(), await site.user('fan@example.org')];
  await fan.post('/access/request', { route: 'GET /admin', reason: 'I plan the shifts' });
  ({ id: somebody } = await holder(site, ['User']));
});
afterAll(() => site.stop());

async function senderOf(who: Sender): Promise<Person> {
  return typeof who === 'function' ? who(site) : { visitor: site.visitor(), fan, admin }[who];
}

const alertsOn = ({ body }: Page) =>
  [...body.matchAll(/role="alert">([^<]*?) ?</g)].map(([, words = '']) => words.replaceAll('&#x27;', "'"));

it('tries every form', () => expect(formsThatNobodySends()).toEqual([]));

it.each(textFields)('%s says on its page why it refuses two of its field %s', async (route, field, who, query) => {
  const person = await senderOf(who);
  const [method = '', pattern = ''] = route.split(' ');
  const path = filled(pattern, await valuesOf(site, somebody, pattern));
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
