import { Controller, Get, Injectable } from '@nestjs/common';
import { recordRule, When } from '../src/access/decorators';
import { UsersService } from '../src/accounts/users.service';
import { RolesService } from '../src/roles/roles.service';
import { dump, expectUnchanged } from './support/dump';
import type { Person } from './support/person';
import { anOpenRequest } from './support/requests';
import { Site, superuser } from './support/site';

/** Other spellings of the number 1, as JavaScript or a database would read them, and what is no number. */
const others = [
  '01',
  '0x1',
  '0b1',
  '1e0',
  '1.0',
  '+1',
  '%201',
  '1%20',
  '1%00',
  '-1',
  '0',
  '%EF%BC%91',
  '4294967297',
  'abc',
];

const askedFor: unknown[] = [];

@Injectable()
class Tents {
  find(id: number): Promise<{ owner: string } | null> {
    askedFor.push(id);
    if (!Number.isInteger(id)) throw new Error('A database would fail.');
    return Promise.resolve(id === 1 ? { owner: superuser.email } : null);
  }
}

const ownTent = recordRule({
  name: 'your own tent',
  parameter: 'tent',
  from: Tents,
  findById: (id, tents) => tents.find(id),
  holds: (principal, tent) => tent.owner === principal.email,
});

@Controller('tents/:tent')
class TentPages {
  @Get()
  @When(ownTent)
  page() {
    return 'tent';
  }
}

describe('a row has one number, spelt in one way:', () => {
  let site: Site;
  let admin: Person;
  beforeAll(async () => {
    site = await Site.start({}, [TentPages], [Tents]);
    admin = await site.admin();
    await site.user('asker@example.org');
    const { id } = await site.app.get(UsersService).byEmail('asker@example.org');
    await anOpenRequest(site, id);
  });
  afterAll(() => site.stop());

  it.each([
    ['/tents/*', 200],
    ['/admin/users/*', 200],
    ['/admin/users/*/link', 403],
    ['/admin/roles/*', 200],
    ['/admin/roles/*/edit', 200],
    ['/admin/roles/new?copy=*', 200],
    ['/admin/requests/*', 200],
    ['/users/*/history', 200],
  ])('%s', async (path, status) => {
    expect((await admin.get(path.replace('*', '1'))).status).toBe(status);
    for (const other of others)
      expect([other, (await admin.get(path.replace('*', other))).status]).toEqual([other, 404]);
  });

  it('a rule about a record is asked for numbers alone', () => {
    expect(askedFor).toEqual([1]);
  });

  it.each(['/admin/users/*/sessions/end', '/admin/users/*/link', '/access/request/*/withdraw', '/admin/requests/*'])(
    'a form sent to %s',
    async (path) => {
      const before = await dump(site);
      for (const other of others)
        expect([other, (await admin.post(path.replace('*', other))).status]).toEqual([other, 404]);
      await expectUnchanged(site, before);
    },
  );

  it('who is chosen in a form', async () => {
    await admin.get('/');
    const before = await dump(site);
    for (const other of [...others, '1,01', '1,', ''])
      for (const users of [`users=${other}`, `users=2&users=${other}`]) {
        const page = await admin.get(`/admin/users/change?change=activate&${users}`);
        expect([users, page.status, page.body.includes('This is no list of numbers.')]).toEqual([users, 422, true]);
      }
    await expectUnchanged(site, before);
  });

  it('where a list goes on: at any other spelling it begins anew', async () => {
    const { id } = await site.app.get(RolesService).byName('User');
    const first = async (path: string, next: string) => {
      const { status, body } = await admin.get(path);
      expect(status).toBe(200);
      return !body.includes(next);
    };
    for (const [path, back] of [
      [`/admin/roles/${id}?after=*`, 'Back to the first'],
      ['/admin/access/route?route=GET+/account&after=*', 'Back to the first'],
      ['/admin/requests?after=*', 'Back to the first'],
      ['/users/1/history?before=*', '>Newest<'],
    ] as const) {
      expect(await first(path.replace('*', '1'), back)).toBe(false);
      for (const other of others)
        expect([path, other, await first(path.replace('*', other), back)]).toEqual([path, other, true]);
    }
    for (const other of others.filter((text) => !text.includes('.'))) {
      expect((await admin.get(`/admin/users?after=id.${other}.`)).status).toBe(422);
      expect((await admin.get(`/admin/audit?before=${other}`)).status).toBe(422);
    }
  });

  it('whom the log is asked about', async () => {
    expect((await admin.get('/admin/audit?person=1')).status).toBe(200);
    for (const other of others.filter((text) => !/%20|\+/.test(text)))
      expect([other, (await admin.get(`/admin/audit?person=${other}`)).status]).toEqual([other, 422]);
  });
});
