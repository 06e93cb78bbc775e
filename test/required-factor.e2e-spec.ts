import { AccessMap } from '../src/access/access-map';
import { UsersService } from '../src/accounts/users.service';
import { AccessQuestions } from '../src/explain/access-questions.service';
import { setUpApp } from './support/authenticator';
import { valuesOf } from './support/fixtures';
import { holder } from './support/holder';
import { cli } from './support/processes';
import { refusalOf } from './support/refusal-of';
import { filled } from './support/route-parameters';
import { isLed } from './support/second-factor';
import { Site, superuser, testEnvironment } from './support/site';

const json = { accept: 'application/json' };
let site: Site;

describe('Where REQUIRE_SECOND_FACTOR is admin', () => {
  beforeAll(async () => {
    site = await Site.start({ REQUIRE_SECOND_FACTOR: 'admin' });
  });
  afterAll(() => site.stop());

  it('nobody else must have one', async () => {
    const person = await site.user();
    for (const path of ['/', '/account']) expect([path, (await person.get(path)).status]).toEqual([path, 200]);
  });

  it('whoever can open the administration is led through setting it up before anything else opens', async () => {
    const admin = await site.admin();
    for (const path of ['/', '/account', '/account/password', '/admin', '/admin/users'])
      expect([path, await isLed(admin, path)]).toEqual([path, true]);
    const page = await admin.get('/account/two-factor');
    expect(page.status).toBe(200);
    expect(page.body).toContain('Your account needs a second factor before you can go on');
    for (const path of ['/account/passkeys', '/verify', '/health/live'])
      expect([path, (await admin.get(path)).status]).toEqual([path, 200]);
  });

  it.each([
    ['User', false],
    ['Admin', true],
  ])('every route answers whoever holds %s and has none as the explanation says', async (role, isLed) => {
    const map = site.app.get(AccessMap);
    const count = { led: 0, letIn: 0 };
    for (const route of map.routes) {
      const { id, email, person } = await holder(site, [role]);
      const path = filled(route.path, await valuesOf(site, id, route.path));
      const questions = site.app.get(AccessQuestions);
      const { decision } = await questions.explain(email, route, map.parametersOf(route, path));
      const answer = refusalOf(route, await person.send(route.method, path));
      expect([path, answer]).toEqual([path, decision.allowed ? null : decision.refusal]);
      if (answer === 'second-factor-first') count.led++;
      if (decision.allowed) count.letIn++;
    }
    expect(count.letIn).toBeGreaterThan(20);
    expect(count.led > 30).toBe(isLed);
  });

  it('programs are told by a problem document, and forms change nothing', async () => {
    const admin = await site.admin();
    const page = await admin.get('/admin', json);
    expect(page.status).toBe(403);
    expect(page.headers.get('content-type')).toContain('application/problem+json');
    expect(await admin.post('/account/sessions/end', { all: 'yes' })).toMatchObject({
      location: '/account/two-factor',
    });
  });

  it('the answers to who may, and why, say so as the guard acts', async () => {
    const asker = await site.as('Admin');
    await setUpApp(asker);
    const why = async (email: string, route: string) =>
      (await asker.get(`/admin/access/why?${new URLSearchParams({ email, route }).toString()}`)).body;
    const onOverview = await why(superuser.email, 'GET /admin');
    const said = (doing: string) => `<bdi>${superuser.email}</bdi> ${doing}.</h2>`;
    expect(onOverview).toContain(said('can open the administration area once they have set up a second factor'));
    expect(onOverview).toContain('<dd>holds the role Admin</dd><dd>they must set up a second factor first</dd>');
    expect(await why(superuser.email, 'GET /users/:id/history')).toContain(
      said('can read an account’s audit log once they have set up a second factor'),
    );
    expect(await why(superuser.email, 'POST /logout')).toContain(said('can sign out'));
    expect(await why(superuser.email, 'GET /login')).toContain(said('can’t sign in'));
    expect((await asker.get('/admin/access/route?route=GET+/admin')).body).toMatch(
      new RegExp(
        `<bdi>${superuser.email}</bdi></a>\\s*<span class="quiet">once they have set up a second factor</span>`,
      ),
    );
    const { id } = await site.app.get(UsersService).byEmail(superuser.email);
    expect((await asker.get(`/admin/users/${id}`)).body).toContain('They must set up a second factor');

    const environment = { ...testEnvironment(site.database.url), REQUIRE_SECOND_FACTOR: 'admin' };
    const asked = async (...words: string[]) => (await cli(environment, ['access', ...words])).stdout;
    expect(await asked('explain', superuser.email, 'GET', '/admin')).toMatch(
      /^admin@fakesite\.com may, once they have set up a second factor, use .*\n- holds the role Admin\n- they must set up/,
    );
    const who = (await asked('who', 'GET', '/admin')).split('\n').slice(1, -1);
    expect(who[0]).toBe(`${superuser.email}, once they have set up a second factor`);
    expect(who.filter((line) => !line.includes(','))).toHaveLength(1);
    expect(await asked('who', 'GET', '/account/two-factor')).not.toContain(',');
  });

  it('they can sign out, or go on once it is set up', async () => {
    const admin = await site.admin();
    expect(await admin.post('/logout')).toMatchObject({ status: 303, location: '/' });
    const again = await site.admin();
    await setUpApp(again);
    expect((await again.get('/admin')).status).toBe(200);
    await again.post('/account/two-factor/remove');
    expect(await isLed(again, '/admin')).toBe(true);
  });
});
