import { UserGrants } from '../src/accounts/user-grants.service';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { Database } from '../src/database/database';
import { Changes } from '../src/preview/changes.service';
import { versionOf } from '../src/roles/role-version';
import { RolesService } from '../src/roles/roles.service';
import { crowd } from './support/crowd';
import type { Page, Person } from './support/person';
import { roleOf } from './support/role-of';
import { Site } from './support/site';
import { somebody } from './support/somebody';

let site: Site;
let users: UsersService;
let grants: UserGrants;
let roles: RolesService;
let admin: Person;

beforeAll(async () => {
  site = await Site.start();
  [users, grants, roles] = [site.app.get(UsersService), site.app.get(UserGrants), site.app.get(RolesService)];
  admin = await site.admin();
});
afterAll(() => site.stop());

const ofUsers = (fields: Record<string, string>) =>
  admin.get(`/admin/users/change?${new URLSearchParams(fields).toString()}`);
const ofRoles = (fields: Record<string, string>) =>
  admin.get(`/admin/roles/change?${new URLSearchParams(fields).toString()}`);
const edited = async (name: string, permissions: string) => {
  const role = await roles.byName(name);
  return { change: 'edit', role: name, name, description: role.description, permissions, base: versionOf(role) };
};

/** What is said under "What would change". */
function told({ body }: Page): string {
  const [section = ''] = /<section aria-labelledby="effect">.*?<\/section>/s.exec(body) ?? [];
  return section
    .replace(/<[^>]*>/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

describe('who loses a role is named and counted, also where no page closes for them,', () => {
  it('when it is taken from one, and from several', async () => {
    const crew = await roleOf(site);
    const [ada, ben, none] = [
      await somebody(site, ['User', crew]),
      await somebody(site, ['User', crew]),
      await somebody(site, ['User']),
    ];
    await users.deactivate(operator, ben.email);
    const one = told(await ofUsers({ change: 'revoke', users: `${ada.id}`, role: crew }));
    expect(one).toContain(`1 person loses the role ${crew}: Somebody`);
    expect(one).toContain(ada.email);
    const several = told(
      await ofUsers({ change: 'revoke', users: [ada, ben, none].map(({ id }) => id).join(), role: crew }),
    );
    expect(several).toContain(`2 people lose the role ${crew}: Somebody`);
    expect([ada, ben, none].map(({ email }) => several.includes(email))).toEqual([true, true, false]);
  });

  it('with the last day of a role that is given for a while, also where it opens nothing', async () => {
    const crew = await roleOf(site);
    const { id } = await somebody(site, []);
    const shown = told(await ofUsers({ change: 'grant', users: `${id}`, role: crew, until: '2098-05-03' }));
    expect(shown).toContain(`1 person gets the role ${crew} until 3 May 2098: Somebody`);
  });

  it('with the new end of a role that somebody has already, also where it opens nothing', async () => {
    const crew = await roleOf(site);
    const { id, email } = await somebody(site, []);
    await grants.give(operator, email, crew);
    const asking = { change: 'grant', users: `${id}`, role: crew };
    expect(told(await ofUsers({ ...asking, until: '2098-05-03' }))).toContain(
      `1 person has the role ${crew} already, and then until 3 May 2098: Somebody`,
    );
    expect(told(await ofUsers(asking))).toBe('What would change Nothing: it is as it is already.');
    await grants.give(operator, email, crew, { until: new Date('2098-05-04T00:00Z') });
    expect(told(await ofUsers({ ...asking, change: 'change-end', until: '' }))).toContain(
      `1 person has the role ${crew} already, and then without an end: Somebody`,
    );
  });

  it.each(['deactivate', 'delete'])('when somebody is to %s', async (change) => {
    const [crew, other] = [await roleOf(site), await roleOf(site)];
    const { id, email } = await somebody(site, [crew, other]);
    const ended = await roleOf(site);
    await grants.give(operator, email, ended);
    await site.database.change(
      `UPDATE grants SET ends_at = '2020-01-01 00:00:00' WHERE user_id = ${id} AND role_id = ${(await roles.byName(ended)).id}`,
    );
    const page = await ofUsers({ change, users: `${id}` });
    const shown = told(page);
    const does = change === 'delete' ? 'loses the role' : 'keeps the role';
    const then = change === 'delete' ? '' : ', which then counts for nothing';
    for (const lost of [crew, other]) expect(shown).toContain(`1 person ${does} ${lost}${then}: Somebody`);
    expect(page.body.includes('class="danger"')).toBe(true);
    expect(page.body.includes('signed out everywhere and can’t sign in')).toBe(change === 'deactivate');
    expect(shown).toContain(email);
    expect(shown).not.toContain(ended);
  });

  it('when somebody is deleted who is deactivated already, and when they come back', async () => {
    const crew = await roleOf(site);
    const { id, email } = await somebody(site, [crew]);
    await users.deactivate(operator, email);
    expect(told(await ofUsers({ change: 'delete', users: `${id}` }))).toContain(`1 person loses the role ${crew}`);
    expect(told(await ofUsers({ change: 'activate', users: `${id}` }))).toContain(
      `1 person has the role ${crew}, which then counts again: Somebody`,
    );
  });

  it('when the role is deleted, the first fifty by name; what has ended is not lost', async () => {
    const crew = await roleOf(site);
    const holders = [];
    for (let i = 0; i < 53; i++) holders.push(await somebody(site, [crew]));
    const [first, second, resting] = holders;
    await users.deactivate(operator, resting!.email);
    await site.database.change(`UPDATE grants SET ends_at = '2020-01-01 00:00:00' WHERE user_id = ${first!.id}`);
    const shown = told(await ofRoles({ change: 'delete', role: crew }));
    expect(shown).toContain(`52 people lose the role ${crew}: `);
    expect(shown).toContain('and 2 more.');
    expect(shown).toContain('Their permissions and pages stay as they are.');
    expect([first, second, resting].map((person) => shown.includes(person!.email))).toEqual([false, true, true]);
  });

  it('when nobody holds it, nobody loses it', async () => {
    expect(told(await ofRoles({ change: 'delete', role: await roleOf(site) }))).not.toContain('the role');
  });

  it('and who keeps one that is emptied, renamed or described anew', async () => {
    const [crew, other] = [await roleOf(site, ['audit-read']), await roleOf(site, ['audit-read'])];
    const { email } = await somebody(site, [crew, other]);
    const emptied = told(await ofRoles(await edited(crew, '')));
    expect(emptied).toContain(`1 person holds the role ${crew}, and keeps it as it then is: Somebody`);
    expect(emptied).toContain(email);
    expect(emptied).toContain('Their permissions and pages stay as they are.');
    expect(told(await ofRoles({ ...(await edited(crew, 'audit-read')), name: `${crew} too` }))).toContain(email);
  });

  it('but only counted for who may not see people', async () => {
    const keys = await roleOf(site, ['admin-read', 'admin-write', 'roles-read', 'roles-write']);
    const keyholder = await site.user('keyholder@example.org');
    await grants.give(operator, 'keyholder@example.org', keys);
    const crew = await roleOf(site);
    const { email } = await somebody(site, ['User', crew]);
    const page = await keyholder.get(
      `/admin/roles/change?${new URLSearchParams({ change: 'delete', role: crew }).toString()}`,
    );
    expect(told(page)).toContain(`1 person loses the role ${crew}.`);
    expect(page.body).not.toContain(email);
    expect(page.body).not.toMatch(/Somebody \d/);
  });

  it('and the deletion is refused when another person has come to hold it meanwhile', async () => {
    const crew = await roleOf(site);
    const [ada, ben] = [await somebody(site, [crew]), await somebody(site, ['User'])];
    const digest = /name="digest" value="([0-9a-f]{64})"/.exec(
      (await ofRoles({ change: 'delete', role: crew })).body,
    )?.[1];
    await grants.revoke(operator, ada.email, crew);
    await grants.give(operator, ben.email, crew);
    const page = await admin.post('/admin/roles/change', { change: 'delete', role: crew, digest: digest ?? '' });
    expect(page.status).toBe(409);
    expect(told(page)).toContain(ben.email);
  });

  it('among many thousands too, without reading each of them for it', async () => {
    const crew = await roleOf(site);
    await crowd(site, 6000, { [crew]: 2 });
    const { read } = site.app.get(Database);
    const { holders } = await roles.byName(crew);
    const { roles: holderChanges } = await site.app.get(Changes).preview(operator, { change: 'delete', role: crew });
    const [row] = await read.query<{ ended: string }[]>(
      `SELECT COUNT(*) AS ended FROM grants WHERE role_id = ${(await roles.byName(crew)).id} AND ends_at IS NOT NULL`,
    );
    expect(holderChanges).toEqual([
      { role: crew, kind: 'lose', people: holders - Number(row!.ended), first: expect.any(Array) as number[] },
    ]);
    expect(holderChanges[0]!.first).toHaveLength(50);
  });
});
