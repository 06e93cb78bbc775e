import { UserGrants } from '../src/accounts/user-grants.service';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { Clock } from '../src/config/clock';
import { Database } from '../src/database/database';
import { InvalidGrantPeriod, parseUntil } from '../src/roles/grant-period';
import { Grant } from '../src/roles/grant.entity';
import { LastAdministrator } from '../src/roles/last-administrator';
import { UserHoldings } from '../src/roles/user-holdings.service';
import { Site, superuser } from './support/site';
import { somebody } from './support/somebody';

const DAY = 24 * 60 * 60_000;

describe('a role given for a time', () => {
  let site: Site;
  let users: UsersService;
  let holdings: UserHoldings;
  let grants: UserGrants;
  beforeAll(async () => {
    site = await Site.start();
    users = site.app.get(UsersService);
    holdings = site.app.get(UserHoldings);
    grants = site.app.get(UserGrants);
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => site.stop());

  const at = (moment: Date) => jest.spyOn(site.app.get(Clock), 'now').mockImplementation(() => moment);
  const inDays = (days: number) => new Date(Date.now() + days * DAY);

  it('ends at its moment, at the very next request, though nothing ran', async () => {
    const person = await site.user('short@example.org');
    const until = inDays(0.01);
    await grants.give(operator, 'short@example.org', 'Admin', { until });
    expect((await person.get('/admin')).status).toBe(200);
    expect((await person.get('/account')).body).toContain('href="/admin"');
    at(new Date(until.getTime() - 1));
    expect((await person.get('/admin')).status).toBe(200);
    at(until);
    expect((await person.get('/admin')).status).toBe(403);
    expect((await person.get('/account')).body).not.toContain('href="/admin"');
    expect(await holdings.rolesOf((await users.byEmail('short@example.org')).id)).toEqual(['User']);
  });

  it('begins at its moment', async () => {
    const person = await site.user('late@example.org');
    const from = inDays(0.01);
    await grants.give(operator, 'late@example.org', 'Admin', { from });
    at(new Date(from.getTime() - 1));
    expect((await person.get('/admin')).status).toBe(403);
    at(from);
    expect((await person.get('/admin')).status).toBe(200);
  });

  it('is nobody’s administration before it begins', async () => {
    const later = { from: inDays(30), until: null };
    const refused = (change: Promise<unknown>) => expect(change).rejects.toBeInstanceOf(LastAdministrator);
    for (const email of ['short@example.org', 'late@example.org']) await grants.revoke(operator, email, 'Admin');
    await grants.give(operator, 'late@example.org', 'Admin', later);
    await refused(grants.give(operator, superuser.email, 'Admin', later));
    await refused(grants.revoke(operator, superuser.email, 'Admin'));
    at(inDays(31));
    expect(await grants.revoke(operator, superuser.email, 'Admin')).toBe(true);
    await grants.give(operator, superuser.email, 'Admin', { until: null });
  });

  it('says by whom, when and why it was given, and its changes are recorded', async () => {
    const { id, email } = await somebody(site);
    const [first, second] = [inDays(1), inDays(2)];
    const give = (until: Date | null | undefined, reason?: string) =>
      grants.give(operator, email, 'Admin', { until, reason });
    expect(await give(first, ' Build-up week ')).toBe(true);
    const { read } = site.app.get(Database);
    expect(await read.findOneByOrFail(Grant, { userId: id })).toMatchObject({
      until: first,
      reason: 'Build-up week',
      grantedBy: null,
    });
    expect(await give(first)).toBe(false);
    expect(await give(undefined)).toBe(false);
    expect(await give(second)).toBe(true);
    expect(await give(null)).toBe(true);
    const events = await read.query<{ action: string; reason: string | null }[]>(
      `SELECT action, reason FROM audit_events WHERE subject = 'user ${id}' ORDER BY sequence`,
    );
    expect(events).toEqual([
      { action: 'user.create', reason: null },
      { action: 'grant.add', reason: 'Build-up week' },
      { action: 'grant.change', reason: null },
      { action: 'grant.change', reason: null },
    ]);
  });

  it('says in the audit log until when it is held, also where that is without an end', async () => {
    const { id, email } = await somebody(site);
    for (const until of [new Date('2099-02-01T00:00Z'), null, new Date('2099-03-01T00:00Z')])
      await grants.give(operator, email, 'Admin', { until });
    await grants.revoke(operator, email, 'Admin');
    const { body } = await (await site.admin()).get(`/admin/audit?person=${id}`);
    const ends = [...body.matchAll(/<dt>until<\/dt><dd>([^<]*)<\/dd>/g)].map(([, end]) => end);
    expect(ends).toEqual([
      'was 28 February 2099',
      'no end → 28 February 2099',
      '31 January 2099 → no end',
      '31 January 2099',
    ]);
  });

  it('is given anew when it has ended, and counts once among its holders', async () => {
    await site.user('again@example.org');
    const holders = async () =>
      (
        await site.app.get(Database).read.query<{ holders: number }[]>("SELECT holders FROM roles WHERE name = 'Admin'")
      )[0];
    await grants.give(operator, 'again@example.org', 'Admin', { until: inDays(1) });
    const before = await holders();
    at(inDays(2));
    expect(await grants.revoke(operator, 'again@example.org', 'Admin')).toBe(false);
    expect(await grants.give(operator, 'again@example.org', 'Admin', { until: inDays(3) })).toBe(true);
    expect(await holders()).toEqual(before);
  });

  it.each([
    ['whose end has passed', { until: inDays(-1) }],
    ['whose end no database can keep', { until: new Date('9999-12-31T24:00:00Z') }],
    ['that end before they begin', { from: inDays(3), until: inDays(2) }],
    ['with too long a reason', { reason: 'x'.repeat(256) }],
    ['with control characters in the reason', { reason: 'a\nb' }],
  ])('is not given for the period %s', async (_, period) => {
    const { email } = await somebody(site);
    await expect(grants.give(operator, email, 'Admin', period)).rejects.toBeInstanceOf(InvalidGrantPeriod);
  });
});

describe('an end as the operator types it', () => {
  it.each([
    ['2027-01-31', '2027-02-01T00:00:00.000Z'],
    ['2028-02-29', '2028-03-01T00:00:00.000Z'],
    ['2027-01-31T18:00Z', '2027-01-31T18:00:00.000Z'],
  ])('%s is %s: a day is held to its last moment', (text, moment) => {
    expect(parseUntil(text)?.toISOString()).toBe(moment);
  });

  it('"never" is no end', () => {
    expect(parseUntil('never')).toBeNull();
  });

  it.each(['2027-02-30', '31.01.2027', 'tomorrow', '', '2027-1-1', '2027-01-31T25:00Z', '99999-01-01'])(
    '"%s" is refused',
    (text) => {
      expect(() => parseUntil(text)).toThrow(InvalidGrantPeriod);
    },
  );
});
