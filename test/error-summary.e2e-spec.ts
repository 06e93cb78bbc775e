import type { Page } from './support/person';
import { Site } from './support/site';

let site: Site;
beforeAll(async () => {
  site = await Site.start();
});
afterAll(() => site.stop());

/** The links of the summary above a form that is shown again, each with what it says. */
function summaryOn({ body }: Page): [string, string][] {
  const [summary = ''] = /<section class="alert errors".*?<\/section>/s.exec(body) ?? [];
  return [...summary.matchAll(/<a href="#([^"]+)">([^<]*)<\/a>/g)].map(([, at = '', says = '']) => [at, says]);
}

/** What the browser puts the focus on: the first that asks for it. */
const focusOn = ({ body }: Page) => /<(\w+) [^>]*?(?:id|class)="([^"]+)"[^>]*? autofocus/.exec(body)?.slice(1, 3);

describe('A form that is shown again', () => {
  it('says all that is wrong at once, above it with a link to each field, and beside each field', async () => {
    const sent = { name: 'Ada', email: 'nonsense', password: 'short', password_confirm: 'other' };
    const page = await site.visitor().post('/register', sent);
    expect(page.status).toBe(422);
    const said = summaryOn(page);
    expect(said.map(([at]) => at)).toEqual(['email', 'password', 'password_confirm']);
    for (const [at, sentence] of said) {
      expect(page.body).toMatch(new RegExp(`<input id="${at}"[^>]* aria-invalid="true"`));
      expect(page.body).toContain(`id="${at}-error" role="alert">${sentence}`);
    }
    expect(page.body).toContain('3 things to put right');
    expect(focusOn(page)).toEqual(['section', 'alert errors']);
    expect(page.body).toContain('value="Ada"');
    expect(page.body).not.toContain('short"');
  });

  it('links to a choice of several, which has no field of that name', async () => {
    const admin = await site.admin();
    const page = await admin.post('/admin/users/new', { email: 'new@example.org', roles: 'No such role' });
    expect([page.status, summaryOn(page).map(([at]) => at)]).toEqual([422, ['roles-error']]);
  });

  it('has no summary where nothing is wrong, or what is wrong is beside no field', async () => {
    const visitor = site.visitor();
    expect(summaryOn(await visitor.get('/register'))).toEqual([]);
    const refused = await visitor.signIn('nobody@example.org', 'some password');
    expect([refused.status, summaryOn(refused)]).toEqual([401, []]);
  });
});

describe('The focus', () => {
  it('is in the first field of the sign-in, and in the password where the address was right or wrong', async () => {
    expect(focusOn(await site.visitor().get('/login'))).toEqual(['input', 'email']);
    expect(focusOn(await site.visitor().signIn('nobody@example.org', 'some password'))).toEqual(['input', 'password']);
  });

  it('is on what was done, but where a field takes it', async () => {
    const person = await site.user('done@example.org');
    for (const [path, focus] of [
      ['/account', ['section', 'flash']],
      ['/verify', ['input', 'password']],
    ] as const) {
      await person.post('/account/profile', { name: `Shown at ${path}` });
      const page = await person.get(path);
      expect(page.body).toContain('class="flash"');
      expect([path, focusOn(page)]).toEqual([path, focus]);
    }
    expect(focusOn(await person.get('/account'))).toBeUndefined();
  });
});

describe('A reason', () => {
  it('may be typed in several lines, which become one', async () => {
    const fan = await site.user('fan@example.org');
    const reason = 'I plan\r\nthe   shifts.\r\n';
    expect((await fan.post('/access/request', { route: 'GET /admin', reason })).status).toBe(303);
    expect((await (await site.admin()).get('/admin/requests/1')).body).toContain('I plan the shifts.');
  });
});

describe('What somebody has typed', () => {
  it('stands for no error that is said, and for no field that takes the focus', async () => {
    const [fan, admin] = [await site.user('sly@example.org'), await site.admin()];
    const sentence = 'Choose whether to approve or to decline.';
    await fan.post('/access/request', { route: 'GET /admin', reason: sentence });
    const page = await admin.post('/admin/requests/2', {});
    expect(page.status).toBe(422);
    expect(page.body).toContain(`role="alert">${sentence}`);
    await admin.post('/admin/roles/new', { name: 'x autofocus y', description: '' });
    await admin.post('/account/profile', { name: 'x autofocus y' });
    const list = await admin.get('/admin/roles');
    expect(list.body).toContain('x autofocus y');
    expect(focusOn(list)).toEqual(['section', 'flash']);
  });
});
