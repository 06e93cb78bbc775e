import { UserGrants } from '../src/accounts/user-grants.service';
import { operator } from '../src/audit/actor';
import { Database } from '../src/database/database';
import { Grant } from '../src/roles/grant.entity';
import { Role } from '../src/roles/role.entity';
import { RolesService } from '../src/roles/roles.service';
import { dump, expectUnchanged } from './support/dump';
import { formsOf, press, unescaped } from './support/forms-of';
import type { Person } from './support/person';
import { roleOf } from './support/role-of';
import { Site } from './support/site';
import { somebody } from './support/somebody';

let site: Site;
let grants: UserGrants;
let roles: RolesService;
let admin: Person;

beforeAll(async () => {
  site = await Site.start();
  [grants, roles] = [site.app.get(UserGrants), site.app.get(RolesService)];
  admin = await site.admin();
});
afterAll(() => site.stop());

async function grantOf(id: number, role: string) {
  const { read } = site.app.get(Database);
  const { id: roleId } = await read.findOneByOrFail(Role, { name: role });
  const { from, until, reason } = await read.findOneByOrFail(Grant, { userId: id, roleId });
  return { from, until, reason };
}

const inDays = (days: number) => new Date(Math.ceil(Date.now() / 86_400_000 + days) * 86_400_000);

/** Presses a button of the page at that address. */
const pressAt = async (path: string, button: RegExp, typed: Record<string, string> = {}) =>
  press(admin, await admin.get(path), button, typed);

/** Where a link of the page at that address leads. */
async function addressAt(path: string, words: string): Promise<string> {
  const { body } = await admin.get(path);
  const links = [...body.matchAll(/<a href="([^"]*)">(.*?)<\/a>/gs)];
  const [, href = ''] = links.find(([, , inner = '']) => inner.replace(/<[^>]*>/g, '') === words) ?? [];
  return unescaped(href);
}

describe('the end date of a role', () => {
  it.each<[string, { from?: Date; until: Date; reason?: string }, string, string]>([
    ['a day', { until: new Date('2098-12-25T00:00Z'), reason: 'Winter "season"' }, 'date', '2098-12-24'],
    ['a time', { until: new Date('2098-12-24T18:30Z') }, 'datetime-local', '2098-12-24T18:30'],
    [
      'a fraction of a second',
      { until: new Date('2098-12-24T18:30:01.250Z') },
      'datetime-local',
      '2098-12-24T18:30:01.250',
    ],
    [
      'a day, and begins later',
      { from: inDays(9), until: new Date('2099-03-01T00:00Z'), reason: 'x' },
      'date',
      '2099-02-28',
    ],
  ])('that is %s opens as it is, and saves as it is', async (_, period, type, value) => {
    const crew = await roleOf(site, ['audit-read']);
    const { id, email, name } = await somebody(site, ['User']);
    await grants.give(operator, email, crew, period);
    const before = await dump(site);
    const path = await addressAt(`/admin/users/${id}`, `Change the end date of ${crew}`);
    const page = await admin.get(path);
    expect(page.h1).toBe(`Change the end date of the role ${crew} of ${name}`);
    const [form] = formsOf(page).filter(({ inputs }) => inputs.some(({ name }) => name === 'until'));
    expect(form!.inputs.find(({ name }) => name === 'until')).toMatchObject({ type, value });
    expect(form!.inputs.find(({ name }) => name === 'reason')).toMatchObject({ value: period.reason ?? '' });
    const again = await pressAt(path, /^Show the effect$/);
    for (const shown of [page, again.page]) {
      expect(shown.status).toBe(200);
      expect(shown.body).toContain(`It is so already for <bdi>${name}</bdi>.`);
      expect(shown.body).not.toContain('name="digest"');
    }
    // Who sends it all the same changes nothing either.
    const fields = { change: 'change-end', users: String(id), role: crew, until: value, reason: period.reason ?? '' };
    expect((await admin.post('/admin/users/change', { ...fields, digest: 'x' })).status).toBe(409);
    await expectUnchanged(site, before);
  });

  it('is changed, and taken away, by who changes and empties it; the reason stays until it is changed', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const { id, email } = await somebody(site, ['User']);
    const until = new Date('2098-12-25T00:00Z');
    await grants.give(operator, email, crew, { until, reason: 'Winter' });
    const opened = await addressAt(`/admin/users/${id}`, `Change the end date of ${crew}`);
    for (const [typed, after] of [
      [{ until: '2098-11-30' }, { until: new Date('2098-12-01T00:00Z'), reason: 'Winter' }],
      [{ until: '' }, { until: null, reason: 'Winter' }],
      [
        { until: '2098-11-30', reason: '' },
        { until: new Date('2098-12-01T00:00Z'), reason: null },
      ],
      [{ reason: 'Spring' }, { until: new Date('2098-12-01T00:00Z'), reason: 'Spring' }],
    ] as const) {
      const shown = await pressAt(opened, /^Show the effect$/, typed);
      const done = await pressAt(shown.path, /^Change the end date$/);
      expect([typed, done.page.status]).toEqual([typed, 303]);
      expect(await grantOf(id, crew)).toMatchObject(after);
    }
  });

  it('stays, and is told as it is, where a program sends none', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const { id, email, name } = await somebody(site, ['User']);
    const until = new Date('2098-12-25T00:00Z');
    await grants.give(operator, email, crew, { until, reason: 'Winter' });
    const fields = { change: 'change-end', users: String(id), role: crew, reason: 'Spring' };
    const { body } = await admin.post('/admin/users/change', fields);
    const [, digest = ''] = /name="digest" value="([0-9a-f]{64})"/.exec(body) ?? [];
    expect((await admin.post('/admin/users/change', { ...fields, digest })).status).toBe(303);
    expect(await grantOf(id, crew)).toMatchObject({ until, reason: 'Spring' });
    expect((await admin.get('/')).body).toContain(`${name} now has the role ${crew} until 24 December 2098.`);
  });

  it('is not taken away by who gives the role to several, of whom some hold it already', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const [ada, ben] = [await somebody(site, ['User']), await somebody(site, ['User'])];
    const held = { until: new Date('2098-12-25T00:00Z'), reason: 'Winter' };
    await grants.give(operator, ada.email, crew, held);
    const address = `/admin/users/change?change=grant&users=${ada.id}&users=${ben.id}&role=${crew}&until=&reason=`;
    const { page } = await pressAt(address, /^Give the role to /);
    expect(page.status).toBe(303);
    expect(await grantOf(ada.id, crew)).toMatchObject(held);
    expect(await grantOf(ben.id, crew)).toMatchObject({ until: null });
  });

  it('opens as it is for who asks to give the role once more, and not for who does not hold it', async () => {
    const crew = await roleOf(site, ['audit-read']);
    const { id, email, name } = await somebody(site, ['User']);
    const address = (change: string) => `/admin/users/change?change=${change}&users=${id}&role=${crew}`;
    expect((await admin.get(address('grant'))).h1).toBe(`Give the role ${crew} to ${name}`);
    const refused = await admin.get(address('change-end'));
    expect(refused.body).toContain('hold the role');
    expect(refused.body).not.toContain('name="digest"');
    await grants.give(operator, email, crew, { until: new Date('2098-12-25T00:00Z') });
    expect((await admin.get(address('grant'))).body).toContain('value="2098-12-24"');
    expect((await admin.get(`/admin/users/change?change=grant&users=${id}`)).body).not.toContain(`value="${crew}"`);
  });

  it('is changed for one person at a time', async () => {
    const page = await admin.get('/admin/users/change?change=change-end&users=1,2&role=User&until=2098-12-24');
    expect(page.status).toBe(422);
    expect(page.body).toContain('one person at a time');
  });
});

describe('a role', () => {
  it.each([
    ['User', 'of everybody'],
    ['Admin', 'of the site'],
    ['Stage "crew"', ' two  spaces and a blank behind '],
    [`O'Brien's <b>`, 'decomposed: e\u0301'],
  ])('%s opens as it is, and saves as it is', async (name, description) => {
    const known = await roles.find(name);
    const id = known?.id ?? (await roles.create(operator, { name, description, permissions: ['audit-read'] }));
    const before = await dump(site);
    const { path, page } = await pressAt(`/admin/roles/${id}/edit`, /^Show what would change$/);
    expect([page.status, page.body]).toEqual([200, expect.not.stringContaining('name="digest"')]);
    expect(page.body).toContain('as it is already');
    expect(
      (await admin.post('/admin/roles/change', Object.fromEntries(new URL(path, site.origin).searchParams))).status,
    ).toBe(409);
    await expectUnchanged(site, before);
  });
});
