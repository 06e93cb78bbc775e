import { UsersService } from '../src/accounts/users.service';
import { AuditLog } from '../src/audit/audit-log.service';
import { SignInEvents } from '../src/audit/sign-in-events';
import { Clock } from '../src/config/clock';
import { Housekeeping } from '../src/database/housekeeping';
import { Site, superuser } from './support/site';

const DAY = 24 * 60 * 60_000;

describe('beside the audit log, sign-ins and refusals are kept:', () => {
  let site: Site;

  beforeAll(async () => {
    site = await Site.start({ TRUST_PROXY: 'loopback' });
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => site.stop());

  interface Row {
    kind: string;
    user_id: number | null;
    ip: string;
    route: string | null;
    count: number;
  }
  const written = () => site.app.get(SignInEvents).flush();
  const rows = async (kind: string) => {
    await written();
    return site.database.query<Row>(
      `SELECT kind, user_id, ip, route, count FROM sign_in_events WHERE kind = '${kind}' ORDER BY last_at, id`,
    );
  };
  const from = (ip: string) => ({ 'x-forwarded-for': ip });

  beforeEach(async () => {
    await written();
    await site.database.change('DELETE FROM sign_in_events');
    // All within one hour.
    const now = new Date();
    jest.spyOn(site.app.get(Clock), 'now').mockImplementation(() => now);
  });

  it('of a flood by strangers, one row that counts it, and no audit event', async () => {
    const before = await site.app.get(AuditLog).head();
    const guesses = Array.from({ length: 120 }, (_, i) => i);
    await Promise.all(
      guesses.map((i) =>
        site
          .visitor()
          .post('/login', { email: `guess${i}@example.org`, password: 'wrong' }, from(`2001:db8::${i.toString(16)}`)),
      ),
    );
    const stranger = { user_id: null, ip: '2001:db8:0:0::/64', route: null };
    expect(await rows('sign-in refused')).toEqual([{ kind: 'sign-in refused', ...stranger, count: 100 }]);
    expect(await rows('sign-in limited')).toEqual([{ kind: 'sign-in limited', ...stranger, count: 20 }]);
    expect(await site.app.get(AuditLog).head()).toEqual(before);
  });

  it('of people, with who they were and what was closed to them', async () => {
    const user = await site.user('seen@example.org', 'a password of a user');
    const { id } = await site.app.get(UsersService).byEmail('seen@example.org');
    const attempt = (password: string) =>
      site.visitor().post('/login', { email: 'seen@example.org', password }, from('192.0.2.7'));
    expect((await attempt('wrong')).status).toBe(401);
    expect((await attempt('a password of a user')).status).toBe(303);
    for (const path of ['/admin', '/admin?again', '/admin/audit']) await user.get(path, from('192.0.2.7'));
    const row = { user_id: id, ip: '192.0.2.7', route: null, count: 1 };
    expect(await rows('sign-in refused')).toEqual([{ kind: 'sign-in refused', ...row }]);
    expect(await rows('signed in')).toEqual([{ kind: 'signed in', ...row }]);
    const forbidden = new Map((await rows('forbidden')).map(({ route, ...row }) => [route, row]));
    expect([...forbidden.keys()].sort()).toEqual(['GET /admin', 'GET /admin/audit']);
    expect(forbidden.get('GET /admin')).toEqual({ kind: 'forbidden', user_id: id, ip: '192.0.2.7', count: 2 });
  });

  it('of registrations beyond the limit', async () => {
    const tries = Array.from({ length: 32 }, (_, i) =>
      site.visitor().post(
        '/register',
        {
          email: `crowd${i}@example.org`,
          password: 'a password of a user',
          password_confirm: 'a password of a user',
        },
        from('192.0.2.9'),
      ),
    );
    await Promise.all(tries);
    expect(await rows('registration limited')).toMatchObject([{ user_id: null, ip: '192.0.2.9', count: 2 }]);
  });

  it('in another row when the hour is another', async () => {
    const user = await site.user();
    await user.get('/admin');
    const later = new Date(Date.now() + 60 * 60_000);
    jest.spyOn(site.app.get(Clock), 'now').mockImplementation(() => later);
    await user.get('/admin');
    expect((await rows('forbidden')).map(({ count }) => count)).toEqual([1, 1]);
  });

  it('or goes on without them while they can’t be written, and writes them afterwards', async () => {
    const user = await site.user();
    site.app.useLogger(false);
    await site.database.change('ALTER TABLE sign_in_events RENAME TO elsewhere');
    try {
      expect((await user.get('/admin')).status).toBe(403);
      expect((await site.visitor().signIn(superuser.email, superuser.password)).status).toBe(303);
      expect((await site.visitor().signIn(superuser.email, 'wrong')).status).toBe(401);
      await written();
    } finally {
      await site.database.change('ALTER TABLE elsewhere RENAME TO sign_in_events');
    }
    for (const kind of ['forbidden', 'signed in', 'sign-in refused']) {
      const counts = (await rows(kind)).map(({ count }) => count);
      expect([kind, counts]).toEqual([kind, [1]]);
    }
  });

  it('for 400 days', async () => {
    for (const [id, days] of [
      ['old', 401],
      ['young', 399],
    ] as const)
      await site.database.change(
        `INSERT INTO sign_in_events (id, kind, ip, first_at, last_at, count)
           VALUES ('${id}', 'forbidden', '192.0.2.1', 0, ${Date.now() - days * DAY}, 1)`,
      );
    await site.app.get(Housekeeping).sweep();
    expect(await site.database.query('SELECT id FROM sign_in_events')).toEqual([{ id: 'young' }]);
  });
});
