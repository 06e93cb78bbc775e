import { emptyDatabase, type TestDatabase } from './support/database';
import type { Person } from './support/person';
import { cli, OperatorProcess, SiteProcess } from './support/processes';
import { superuser, testEnvironment } from './support/site';
import { startManyAtOnce } from './support/start-race';

describe('several processes on an empty database', () => {
  it('start at once, also when some are killed on the way', async () => {
    await startManyAtOnce(1);
  }, 300_000);
});

describe('two processes on one database', () => {
  const password = 'a password of a user';
  let database: TestDatabase;
  let environment: Record<string, string>;
  let here: SiteProcess;
  let there: SiteProcess;

  beforeAll(async () => {
    database = await emptyDatabase();
    environment = { ...testEnvironment(database.url), TRUST_PROXY: 'loopback' };
    [here, there] = [new SiteProcess(environment), new SiteProcess(environment)];
    await Promise.all([here.origin(), there.origin()]);
  });
  afterAll(async () => {
    await Promise.all([here, there].map((site) => site.signal('SIGKILL')));
    await database.drop();
  });

  const mfo = async (...words: string[]) => {
    const { code, stderr } = await cli(environment, words);
    expect([words, code, stderr]).toEqual([words, 0, '']);
  };

  const statusOf = async (person: Person, path: string) => (await person.get(path)).status;

  /** The same browser, led to the one process and to the other. */
  async function inBoth(signIn: (person: Person) => Promise<{ status: number }>): Promise<[Person, Person]> {
    const [first, second] = [await here.visitor(), await there.visitor()];
    expect((await signIn(first)).status).toBe(303);
    second.cookie = first.cookie;
    return [first, second];
  }

  describe('obey at the next request what the other changed:', () => {
    it('a registration, and the sign-out after it', async () => {
      const [first, second] = await inBoth((person) => person.register('new@example.org', password));
      expect(await statusOf(second, '/account')).toBe(200);
      expect((await (await there.visitor()).signIn('new@example.org', password)).status).toBe(303);
      expect((await second.post('/logout')).status).toBe(303);
      expect(await statusOf(first, '/account')).toBe(303);
    });

    it('a role given and taken', async () => {
      const people = await inBoth((person) => person.register('promoted@example.org', password));
      const seen = () => Promise.all(people.map((person) => statusOf(person, '/admin')));
      expect(await seen()).toEqual([403, 403]);
      await mfo('roles', 'add', 'promoted@example.org', 'Admin');
      expect(await seen()).toEqual([200, 200]);
      await mfo('roles', 'remove', 'promoted@example.org', 'Admin');
      expect(await seen()).toEqual([403, 403]);
    });

    it('what a role carries', async () => {
      const people = await inBoth((person) => person.register('crew@example.org', password));
      const seen = () => Promise.all(people.map((person) => statusOf(person, '/admin')));
      await mfo('roles', 'create', 'Crew');
      await mfo('roles', 'add', 'crew@example.org', 'Crew');
      expect(await seen()).toEqual([403, 403]);
      await mfo('roles', 'add-permissions', 'Crew', 'admin-read,admin-write');
      expect(await seen()).toEqual([200, 200]);
      await mfo('roles', 'delete', 'Crew');
      expect(await seen()).toEqual([403, 403]);
    });

    it('a new password', async () => {
      const [first, second] = await inBoth((person) => person.register('changing@example.org', password));
      const other = await there.visitor();
      expect((await other.signIn('changing@example.org', password)).status).toBe(303);
      const fields = { current_password: password, password: 'another password', password_confirm: 'another password' };
      expect((await first.post('/account/password', fields)).status).toBe(303);
      // Whoever still has the former cookie is out, also who copied it from the browser that stays signed in.
      expect([await statusOf(second, '/account'), await statusOf(other, '/account')]).toEqual([303, 303]);
      second.cookie = first.cookie;
      expect(await statusOf(second, '/account')).toBe(200);
      expect((await other.signIn('changing@example.org', password)).status).toBe(401);
      expect((await other.signIn('changing@example.org', 'another password')).status).toBe(303);
    });

    it('a deactivation, and a deletion', async () => {
      for (const change of ['deactivate', 'delete']) {
        const people = await inBoth((person) => person.register(`${change}d@example.org`, password));
        const seen = () => Promise.all(people.map((person) => statusOf(person, '/account')));
        expect(await seen()).toEqual([200, 200]);
        await mfo('users', change, `${change}d@example.org`);
        expect(await seen()).toEqual([303, 303]);
      }
    });

    it('failed sign-ins, which both count together', async () => {
      const [first, second] = [await here.visitor(), await there.visitor()];
      const tries = Array.from({ length: 10 }, (_, i) =>
        (i % 2 ? first : second).signIn('promoted@example.org', 'wrong'),
      );
      expect((await Promise.all(tries)).map(({ status }) => status)).toEqual(Array(10).fill(401));
      for (const person of [first, second])
        expect((await person.signIn('promoted@example.org', password)).status).toBe(429);
    });
  });

  it('make one account of 200 registrations of one address at once, and answer the others clearly', async () => {
    const people = await Promise.all(Array.from({ length: 200 }, (_, i) => (i % 2 ? here : there).visitor()));
    const fields = { email: 'wanted@example.org', password, password_confirm: password };
    const pages = await Promise.all(
      people.map((person, i) => person.post('/register', fields, { 'x-forwarded-for': `192.0.2.${i}` })),
    );
    expect(pages.filter(({ status }) => status === 303)).toHaveLength(1);
    const refused = pages.filter(({ status }) => status === 422);
    expect(refused).toHaveLength(199);
    for (const { body } of refused) expect(body).toContain('There is an account with this address already');
    const accounts = await database.query("SELECT id FROM users WHERE email = 'wanted@example.org'");
    expect(accounts).toHaveLength(1);
    const grants = await database.query(
      "SELECT r.name FROM grants g JOIN users u ON u.id = g.user_id JOIN roles r ON r.id = g.role_id WHERE u.email = 'wanted@example.org'",
    );
    expect(grants).toEqual([{ name: 'User' }]);
  }, 120_000);

  /** Who can sign in and holds `Admin` without an end. */
  const administrators = () =>
    database.query<{ email: string }>(
      `SELECT u.email FROM users u JOIN grants g ON g.user_id = u.id JOIN roles r ON r.id = g.role_id
        WHERE r.name = 'Admin' AND u.active = 1 AND g.ends_at IS NULL`,
    );

  it('leave one of 50 administrators who are all brought down at once, in whatever way', async () => {
    const operators = await Promise.all([OperatorProcess.start(environment), OperatorProcess.start(environment)]);
    try {
      const names = Array.from({ length: 50 }, (_, i) => `brought-down${i}@example.org`);
      const them = { name: '', passwordHash: 'of nobody', active: true, roles: ['Admin'] };
      const made = names.map((email) => ['create', { ...them, email }]);
      expect(await operators[0].orderAtOnce(made)).toEqual(made.map(() => 'done'));
      expect(await operators[0].order('grants.revoke', superuser.email, 'Admin')).toBe('done');
      const until = new Date('2099-01-01T00:00:00Z');
      const ways = [
        (email: string) => ['grants.revoke', email, 'Admin'],
        (email: string) => ['deactivate', email],
        (email: string) => ['delete', email],
        (email: string) => ['grants.give', email, 'Admin', { until }],
      ];
      const orders = names.map((email, i) => ways[i % ways.length]!(email));
      const answers = await Promise.all(
        operators.map((operator, n) => operator.orderAtOnce(orders.filter((_, i) => i % 2 === n))),
      );
      expect(answers.flat().sort()).toEqual(['LastAdministrator', ...Array<string>(49).fill('done')]);
      const left = await administrators();
      expect(left).toHaveLength(1);
      expect(await operators[0].order('grants.give', superuser.email, 'Admin')).toBe('done');
      expect(await operators[0].order('grants.revoke', left[0]!.email, 'Admin')).toBe('done');
    } finally {
      operators.forEach((operator) => operator.stop());
    }
  }, 120_000);

  describe('where two administrators turn on each other at the same moment, 50 rounds,', () => {
    const [anna, bert] = ['anna@example.org', 'bert@example.org'] as const;

    const processes: OperatorProcess[] = [];
    afterEach(() => processes.splice(0).forEach((operator) => operator.stop()));

    /** A process that does to users what it is told. */
    async function operator() {
      const started = await OperatorProcess.start(environment);
      processes.push(started);
      return (...order: string[]) => started.order(...order);
    }

    it.each([
      [
        'takes the other’s role',
        (other: string) => ['grants.revoke', other, 'Admin'],
        (other: string) => ['grants.give', other, 'Admin'],
      ],
      ['deactivates the other', (other: string) => ['deactivate', other], (other: string) => ['activate', other]],
    ])('one always remains when each %s', async (_, attack, restore) => {
      const [first, second] = [await operator(), await operator()];
      for (const email of [anna, bert])
        if ((await database.query(`SELECT id FROM users WHERE email = '${email}'`)).length === 0)
          await mfo('users', 'create', email, '--active', '--role', 'Admin', '--password', password);
      await first('grants.revoke', superuser.email, 'Admin');
      for (let round = 1; round <= 50; round += 1) {
        const answers = await Promise.all([first(...attack(bert)), second(...attack(anna))]);
        const [survivor, loser] = answers[0] === 'done' ? [anna, bert] : [bert, anna];
        expect([round, [...answers].sort()]).toEqual([round, ['LastAdministrator', 'done']]);
        expect(await administrators()).toEqual([{ email: survivor }]);
        expect(await first(...restore(loser))).toBe('done');
      }
    });
  });
});
