import { OwnServer } from '../support/own-server';
import { Person } from '../support/person';
import { cli, SiteProcess } from '../support/processes';
import { superuser, testEnvironment } from '../support/site';

const awkward = [
  "o'neil@example.org",
  "a'or'1'='1@example.org",
  "x'--@example.org",
  '`tick`@example.org',
  "josé'@example.org",
];
const secret = 'a password \\\' of " a user';

/** What a server can be set to, each of which breaks a client that takes the default for granted. */
const servers: Record<string, readonly string[]> = {
  'with everything that can be odd': [
    '--sql-mode=ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,IGNORE_SPACE,NO_UNSIGNED_SUBTRACTION',
    '--autocommit=0',
    '--completion-type=1',
    '--transaction-isolation=READ-UNCOMMITTED',
    '--character-set-server=latin1',
    '--collation-server=latin1_german1_ci',
    '--skip-character-set-client-handshake',
    '--default-time-zone=-07:30',
    '--default-storage-engine=MyISAM',
    '--group-concat-max-len=16',
    '--wait-timeout=20',
    '--sql-safe-updates=1',
  ],
  'of an empty mode that commits nothing by itself': ['--sql-mode=', '--autocommit=0'],
};

describe.each(Object.entries(servers))('a server %s', (_case, options) => {
  let server: OwnServer;
  let site: SiteProcess;
  let origin: string;
  let environment: Record<string, string>;

  beforeAll(async () => {
    server = await OwnServer.start(options);
    await server.run('CREATE DATABASE mfo');
    environment = testEnvironment(`mysql://root@127.0.0.1:${server.port}/mfo`);
    site = new SiteProcess(environment);
    origin = await site.origin();
  });
  afterAll(async () => {
    await site.signal('SIGTERM');
    await server.remove();
  });

  it('lets everybody register, sign in and be refused as anywhere', async () => {
    for (const email of awkward) {
      const person = new Person(origin);
      expect([email, (await person.register(email, secret, { name: `\\' ${email} "` })).status]).toEqual([email, 303]);
      expect((await person.get('/account')).body).toContain('&#x27;');
      const again = new Person(origin);
      expect([email, (await again.signIn(email, 'not this one')).status]).toEqual([email, 401]);
      expect([email, (await again.signIn(email, secret)).status]).toEqual([email, 303]);
      expect([email, (await again.get('/account')).status]).toEqual([email, 200]);
      expect([email, (await again.get('/admin')).status]).toEqual([email, 403]);
    }
  });

  it('finds nobody by what is no address', async () => {
    for (const email of ["a\\' OR 1=1 -- @example.org", "\\' OR active=1 OR \\'@example.org", "' OR ''='", '\\'])
      expect([401, 422]).toContain((await new Person(origin).signIn(email, secret)).status);
  });

  it('shows at once, to every reader, what was changed, by the site and by the command line', async () => {
    const admin = new Person(origin);
    expect((await admin.signIn(superuser.email, superuser.password)).status).toBe(303);
    const name = 'Gate\' \\ "east"';
    expect(
      (await admin.post('/admin/roles/new', { name, description: "d'accord \\", permissions: 'user-read' })).status,
    ).toBe(303);
    const added = await cli(environment, ['roles', 'add', awkward[0]!, name, '--reason', "it's \\' late"]);
    expect(added).toMatchObject({ code: 0, stderr: '' });
    const person = new Person(origin);
    await person.signIn(awkward[0]!, secret);
    for (let i = 0; i < 12; i++)
      expect((await person.get('/account')).body).toContain('Gate&#x27; \\ &quot;east&quot;');
    expect(await cli(environment, ['users', 'deactivate', awkward[0]!])).toMatchObject({ code: 0 });
    for (let i = 0; i < 12; i++) expect((await person.get('/account')).status).toBe(303);
    expect(await cli(environment, ['audit', 'verify'])).toMatchObject({ code: 0 });
    expect(await cli(environment, ['users', 'show', awkward[4]!])).toMatchObject({ code: 0 });
  });

  it('keeps texts in all of Unicode, and rows in transactions', async () => {
    const connection = await server.connect();
    const [texts] = await connection.query(
      `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'mfo'
         AND table_name <> 'migrations' AND character_set_name IS NOT NULL AND collation_name <> 'utf8mb4_bin'`,
    );
    const [tables] = await connection.query(
      "SELECT table_name FROM information_schema.tables WHERE table_schema = 'mfo' AND engine <> 'InnoDB'",
    );
    await connection.end();
    expect([texts, tables]).toEqual([[], []]);
  });

  it('is told so on each connection before anything else', async () => {
    const statements = new Map<string, string[]>();
    for (const line of (await server.log()).split('\n')) {
      const [, id = '', kind, rest = ''] = /^(?:\d{6}\s+[\d:]+)?\s+(\d+)\s+(Connect|Query)\s(.*)$/.exec(line) ?? [];
      if (kind === 'Connect') statements.set(id, rest.includes('127.0.0.1') || rest.includes(' TCP/IP') ? [] : [rest]);
      if (kind === 'Query') statements.get(id)?.push(rest);
    }
    const ours = [...statements.values()].filter(
      ([first]) => first !== undefined && !/^root@localhost on /.test(first),
    );
    const withValues = ours.filter((sent) => sent.some((text) => text.includes('users')));
    expect(withValues.length).toBeGreaterThan(2);
    for (const [first, second] of withValues)
      expect([first, second]).toEqual([
        expect.stringMatching(/^SET @@SESSION\.sql_mode = 'STRICT_TRANS_TABLES,[^']*', @@SESSION\.autocommit = 1,/),
        expect.stringMatching(/^SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ (ONLY|WRITE)$/),
      ]);
  });
});
