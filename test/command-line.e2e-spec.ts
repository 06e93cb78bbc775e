import { existsSync } from 'node:fs';
import { permissionNames } from '../src/access/catalogue';
import { nameOfDatabase, parseDatabaseAddress } from '../src/config/database-address';
import { dateInWords } from '../src/config/moments';
import { Database } from '../src/database/database';
import { emptyDatabase } from './support/database';
import { dump, expectUnchanged } from './support/dump';
import { cli, type Ended } from './support/processes';
import { Site, superuser, testEnvironment } from './support/site';

interface ShownUser {
  id: number;
  name: string;
  email: string;
  active: boolean;
  roles: string[];
  createdAt: string;
  lastSignInAt: string | null;
}

interface ShownRole {
  id: number;
  name: string;
  description: string;
  builtIn: boolean;
  permissions: string[];
}

describe('the command line', () => {
  let site: Site;
  const outputs: string[] = [];

  beforeAll(async () => {
    site = await Site.start();
  });
  afterAll(() => site.stop());

  /** Runs `mfo …` on the database of the running site, on a machine at the other end of the world. */
  async function mfo(words: string, input = '', databaseUrl = site.database.url): Promise<Ended> {
    const unquoted = [...words.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
    const ended = await cli({ ...testEnvironment(databaseUrl), TZ: 'Pacific/Auckland' }, unquoted, input);
    outputs.push(ended.stdout, ended.stderr);
    return ended;
  }

  const succeeded = (sentence: string): Ended => ({ code: 0, stdout: `${sentence}\n`, stderr: '' });
  const refused = (sentence: string): Ended => ({ code: 1, stdout: '', stderr: `${sentence}\n` });

  async function make(email: string, more = '--active'): Promise<void> {
    const { code, stderr } = await mfo(`users create ${email} --password-stdin ${more}`, 'a password of theirs\n');
    expect([code, stderr]).toEqual([0, '']);
  }

  async function json<T>(words: string): Promise<T> {
    const { code, stdout, stderr } = await mfo(`${words} --json`);
    expect([code, stderr]).toEqual([0, '']);
    return JSON.parse(stdout) as T;
  }

  async function signedIn(email: string, password = 'a password of theirs') {
    const person = site.visitor();
    expect((await person.signIn(email, password)).status).toBe(303);
    return person;
  }

  const newestEvents = async (count: number) => {
    const events = await site.app
      .get(Database)
      .read.query<(Record<'actor' | 'action', string> & Record<'before' | 'after' | 'personal', string | null>)[]>(
        `SELECT * FROM audit_events ORDER BY sequence DESC LIMIT ${count}`,
      );
    const parsed = (text: string | null) => (text === null ? null : (JSON.parse(text) as unknown));
    return events
      .reverse()
      .map(({ actor, action, before, after, personal }) => [
        actor,
        action,
        parsed(before),
        parsed(after),
        ...(personal ? [parsed(personal)] : []),
      ]);
  };

  describe('before the database is seeded', () => {
    it('says so, makes nothing, and seeds it as often as it is told to', async () => {
      const empty = await emptyDatabase();
      const name = nameOfDatabase(parseDatabaseAddress(empty.url));
      const behind = refused(`The database ${name} is not up to date. Run "npm run seed" first.`);
      try {
        for (const words of ['users list', 'roles create Crew', 'access map', 'permissions list --json'])
          expect(await mfo(words, '', empty.url)).toEqual(behind);
        expect(existsSync(empty.url.replace('sqlite:', ''))).toBe(false);
        const seeded = succeeded('The database is up to date.');
        expect([await mfo('seed', '', empty.url), await mfo('seed', '', empty.url)]).toEqual([seeded, seeded]);
        const { stdout } = await mfo('users list --json', '', empty.url);
        expect(JSON.parse(stdout)).toMatchObject([{ email: superuser.email, active: true, roles: ['User', 'Admin'] }]);
      } finally {
        await empty.drop();
      }
    });

    it('names what is wrong with the environment', async () => {
      const ended = await cli({ DATABASE_URL: 'oracle:x', BCRYPT_COST: 'high' }, ['users', 'list']);
      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toMatch(/^DATABASE_URL: .*\n/m);
      expect(ended.stderr).toMatch(/^BCRYPT_COST: .*\n/m);
      expect(ended.stderr).not.toMatch(/^ +at /m);
    });
  });

  it('tells the usage and exits 2 when misused', async () => {
    const misuses: [words: string, complaint: RegExp][] = [
      ['', /Commands:/],
      ['frobnicate', /unknown command 'frobnicate'/],
      ['users', /Say which of the commands of "users" to run/],
      ['audit verify --head 12', /Give the head as "audit head" prints it/],
      ['users frobnicate', /There is no command "users frobnicate"/],
      ['users create', /missing required argument 'email'/],
      ['users create new@example.org', /there is no terminal to ask at/],
      ['users create new@example.org --password', /argument missing/],
      ['users create new@example.org --frobnicate', /unknown option '--frobnicate'/],
      ['users create new@example.org --password a --password-stdin', /either --password or --password-stdin/],
      ['users create new@example.org --password a --link', /either a password or --link/],
      ['users rename', /missing required argument 'email'/],
      [`users rename ${superuser.email}`, /a new name by --name, a new address by --email, or both/],
      ['users link', /missing required argument 'email'/],
      [`users change-password ${superuser.email}`, /there is no terminal to ask at/],
      ['users list everybody', /too many arguments/],
      ['roles create', /missing required argument 'name'/],
      [`roles add ${superuser.email}`, /missing required argument 'role'/],
      ['roles add-permissions User', /missing required argument 'names'/],
      ['access explain somebody@example.org GET', /missing required argument 'path'/],
      ['seed now', /too many arguments/],
    ];
    const before = await dump(site);
    await Promise.all(
      misuses.map(async ([words, complaint]) => {
        const { code, stdout, stderr } = await mfo(words);
        expect([words, code, stdout]).toEqual([words, 2, '']);
        expect(stderr).toMatch(complaint);
        expect(stderr).toMatch(/Usage: mfo/);
      }),
    );
    await expectUnchanged(site, before);
  });

  it('explains itself', async () => {
    const commands = {
      '': ['doctor', 'seed', 'access', 'audit', 'permissions', 'roles', 'users'],
      audit: ['verify', 'head'],
      'audit verify': ['--head'],
      users: [
        'create',
        'activate',
        'deactivate',
        'rename',
        'show',
        'delete',
        'change-password',
        'link',
        'reset-access',
        'list',
      ],
      roles: ['create', 'add', 'remove', 'add-permissions', 'remove-permissions', 'list', 'show', 'delete'],
      permissions: ['list'],
      access: ['map', 'explain', 'who'],
      'users create': ['--name', '--password', '--password-stdin', '--link', '--active', '--role'],
      'users rename': ['--name', '--email'],
      'roles create': ['-d, --description', '-p, --permissions'],
    };
    await Promise.all(
      Object.entries(commands).map(async ([words, listed]) => {
        const { code, stdout, stderr } = await mfo(`${words} --help`);
        expect([code, stderr]).toEqual([0, '']);
        for (const name of listed) expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
      }),
    );
  });

  describe('refuses with one line, and changes nothing,', () => {
    beforeAll(() => Promise.all([make('member@example.org'), make('sope@example.org')]));

    async function expectRefusals(refusals: readonly (readonly [words: string, sentence: string])[]): Promise<void> {
      const before = await dump(site);
      await Promise.all(
        refusals.map(async ([words, sentence]) => {
          expect([words, await mfo(words, 'a password of theirs')]).toEqual([words, refused(sentence)]);
        }),
      );
      await expectUnchanged(site, before);
    }

    it('what is not there, is there already or is invalid', async () => {
      await expectRefusals([
        [
          'users create MEMBER@Example.org --password-stdin',
          'There is an account with the address member@example.org already.',
        ],
        ['users create not-an-address --password-stdin', 'Enter an e-mail address, like name@example.org.'],
        ['users create new@example.org --password short', 'A password has at least 8 characters.'],
        [
          `users create new@example.org --password ${'x'.repeat(4097)}`,
          'A password has at most 4096 characters; this one has 4097.',
        ],
        [
          `users create new@example.org --password-stdin --name ${'n'.repeat(101)}`,
          'A name has at most 100 characters.',
        ],
        [
          'users create new@example.org --password-stdin --role User --role Amdin',
          'There is no role "Amdin". Did you mean "Admin"?',
        ],
        ['users activate nobody@example.org', 'There is no user with the address nobody@example.org.'],
        ['users deactivate nobody@example.org', 'There is no user with the address nobody@example.org.'],
        ['users show nobody@example.org', 'There is no user with the address nobody@example.org.'],
        ['users delete nobody@example.org', 'There is no user with the address nobody@example.org.'],
        [
          'users change-password nobody@example.org --password-stdin',
          'There is no user with the address nobody@example.org.',
        ],
        ['users change-password member@example.org --password short', 'A password has at least 8 characters.'],
        ['users rename nobody@example.org --name N', 'There is no user with the address nobody@example.org.'],
        [
          `users rename member@example.org --email ${superuser.email.toUpperCase()}`,
          `There is an account with the address ${superuser.email} already.`,
        ],
        [
          'users rename member@example.org --name New --email nothing',
          'Enter an e-mail address, like name@example.org.',
        ],
        [
          'users rename member@example.org --email ѕоре@example.org',
          'There is an account whose address looks like this one. Enter another address.',
        ],
        [
          `users rename member@example.org --email new@example.org --name ${'n'.repeat(101)}`,
          'A name has at most 100 characters.',
        ],
        ['users link nobody@example.org', 'There is no user with the address nobody@example.org.'],
        ['users reset-access nobody@example.org', 'There is no user with the address nobody@example.org.'],
        ['roles create User', 'There is a role "User" already.'],
        ['roles create "a, b"', "A role's name can't have a comma."],
        ['roles create admin', 'There is a role "Admin" already, which could be taken for "admin".'],
        [`roles create Crew -d ${'d'.repeat(256)}`, 'A description has at most 255 characters.'],
        [
          'roles create Crew -p user-read,users-raed',
          'There is no permission "users-raed" in the catalogue. Did you mean "users-read"?',
        ],
        [
          'roles create Crew -p user-read,',
          `A permission in the list is empty. The catalogue has ${permissionNames().join(', ')}.`,
        ],
        ['roles add member@example.org user', 'There is no role "user". Did you mean "User"?'],
        ['roles add nobody@example.org User', 'There is no user with the address nobody@example.org.'],
        ['roles remove member@example.org Crew', 'There is no role "Crew".'],
        [
          'roles add-permissions User admin',
          'There is no permission "admin" in the catalogue. Did you mean "admin-read"?',
        ],
        ['roles add-permissions Crew admin-read', 'There is no role "Crew".'],
        ['roles show Crew', 'There is no role "Crew".'],
        ['roles delete Crew', 'There is no role "Crew".'],
        ['roles delete User', `The role "User" is built in and can't be renamed or deleted.`],
        ['access explain nobody@example.org GET /admin', 'There is no user with the address nobody@example.org.'],
        ['access explain member@example.org GET /nowhere', 'There is no route GET /nowhere. "access map" lists all.'],
        ['access who POST /admin', 'There is no route POST /admin. "access map" lists all.'],
      ]);
    });

    it('to lose the last administrator', async () => {
      const sentence = 'Nobody would be left who can administer the site. Make somebody else an administrator first.';
      const ways = [
        `roles remove ${superuser.email} Admin`,
        `users deactivate ${superuser.email}`,
        `users delete ${superuser.email}`,
        'roles remove-permissions Admin admin-read',
        'roles remove-permissions Admin users-write,roles-write',
      ];
      await expectRefusals(ways.map((words) => [words, sentence] as const));
    });
  });

  it('says what is so already, and changes nothing', async () => {
    await Promise.all([make('settled@example.org'), make('idle@example.org', '')]);
    const settled = [
      ['users activate settled@example.org', 'settled@example.org is already active.'],
      ['users deactivate idle@example.org', 'idle@example.org is already inactive.'],
      ['users rename settled@example.org --name ""', 'settled@example.org already has that name.'],
      ['users rename settled@example.org --email Settled@Example.org', 'settled@example.org already has that address.'],
      [
        'users rename settled@example.org --name "" --email settled@example.org',
        'settled@example.org already has that name and address.',
      ],
      ['roles add settled@example.org User', 'settled@example.org already holds User.'],
      ['roles remove settled@example.org Admin', 'settled@example.org does not hold Admin; nothing changed.'],
      ['roles add-permissions User user-read,user-write', 'The role User already carries user-read and user-write.'],
      ['roles remove-permissions User audit-read', 'The role User does not carry audit-read; nothing changed.'],
    ];
    const state = async () => ({ ...(await dump(site)), access_state: [] });
    const before = await state();
    await Promise.all(
      settled.map(async ([words = '', sentence = '']) => {
        expect([words, await mfo(words)]).toEqual([words, succeeded(sentence)]);
      }),
    );
    expect(await state()).toEqual(before);
  });

  describe('users', () => {
    it('are made inactive, holding User, and let in by activation', async () => {
      const { stdout } = await mfo(
        'users create Anna@Example.org --name "Anna B" --password-stdin',
        'pässwörd of Anna\n',
      );
      expect(stdout).toBe('anna@example.org is now a user, not active, and holds User.\n');
      expect((await site.visitor().signIn('anna@example.org', 'pässwörd of Anna')).status).toBe(401);
      expect(await mfo('users activate anna@example.org')).toEqual(succeeded('anna@example.org is now active.'));
      await signedIn('anna@example.org', 'pässwörd of Anna');
      expect(await newestEvents(2)).toEqual([
        [
          'operator',
          'user.create',
          null,
          { active: false, roles: ['User'] },
          { email: 'anna@example.org', name: 'Anna B' },
        ],
        ['operator', 'user.activate', { active: false }, { active: true }],
      ]);
    });

    it('are made with other roles, in place of User', async () => {
      expect(
        await mfo('users create boss@example.org --password "a password of theirs" --active --role Admin'),
      ).toEqual(succeeded('boss@example.org is now a user, active, and holds Admin.'));
      await mfo('users create both@example.org --password "a password of theirs" --role User --role Admin --role User');
      const users = await json<ShownUser[]>('users list');
      const rolesOf = (email: string) => users.find((user) => user.email === email)?.roles;
      expect([rolesOf('boss@example.org'), rolesOf('both@example.org')]).toEqual([['Admin'], ['User', 'Admin']]);
      expect((await (await signedIn('boss@example.org')).get('/admin')).status).toBe(200);
    });

    it('get another name, another address or both, and sign in and are found by these alone', async () => {
      await make('maid@example.org', '--active --name Maiden');
      const person = await signedIn('maid@example.org');
      expect(await mfo('users rename Maid@example.org --name "  Ada   Łuk "')).toEqual(
        succeeded('maid@example.org is now called Ada Łuk.'),
      );
      expect((await person.get('/account')).body).toContain('Ada Łuk');
      expect(await mfo('users rename maid@example.org --email ADA@xn--exmple-cua.org')).toEqual(
        succeeded('maid@example.org is now ada@exämple.org.'),
      );
      expect((await person.get('/account')).body).toContain('ada@exämple.org');
      expect((await site.visitor().signIn('maid@example.org', 'a password of theirs')).status).toBe(401);
      await signedIn('ada@xn--exmple-cua.org');
      const admin = await site.admin();
      const isFoundBy = async (search: string) =>
        (await admin.get(`/admin/users?search=${search}`)).body.includes('ada@exämple.org');
      expect([await isFoundBy('luk'), await isFoundBy('exam'), await isFoundBy('maid')]).toEqual([true, true, false]);
      expect(await mfo('users rename ada@exämple.org --name "" --email ada@example.org')).toEqual(
        succeeded('ada@exämple.org is now ada@example.org and without a name.'),
      );
      await make('ada@exämple.org', '');
      const [first, second, third] = (await newestEvents(4)).map((event) => event);
      const changed = (...names: string[]) => ['operator', 'user.rename', null, { changed: names }];
      const called = (email: string, name: string) => ({ email, name });
      expect(first).toEqual([
        ...changed('name'),
        { ...called('maid@example.org', 'Ada Łuk'), before: called('maid@example.org', 'Maiden') },
      ]);
      expect(second).toEqual([
        ...changed('address'),
        { ...called('ada@exämple.org', 'Ada Łuk'), before: called('maid@example.org', 'Ada Łuk') },
      ]);
      expect(third?.slice(0, 4)).toEqual(changed('address', 'name'));
      const log = (await admin.get('/admin/audit?action=user.rename')).body;
      expect(log).toContain('The operator changed what ada@example.org is called');
      expect(log).toContain('<dt>address</dt><dd>maid@example.org → ada@exämple.org</dd>');
      expect(log).toContain('<dt>name</dt><dd>Maiden → Ada Łuk</dd>');
    });

    it('lose an open link to set a password with the address it was for, but not with a name', async () => {
      const { stdout } = await mfo('users create moved@example.org --active --link');
      const path = /\/welcome\/\S+/.exec(stdout)?.[0] ?? '';
      await mfo('users rename moved@example.org --name Moved');
      expect((await site.visitor().get(path)).status).toBe(303);
      await mfo('users rename moved@example.org --email elsewhere@example.org');
      expect((await site.visitor().get(path)).status).toBe(410);
    });

    it('are made without a password, with a link by which each sets their own, and get a new one in its place', async () => {
      const address = /, once and until \d{4}-\d\d-\d\dT[\d:.]+Z, at (http:\/\/localhost:0(\/welcome\/\S+))\n$/;
      const made = await mfo('users create invited@example.org --active --link');
      expect(made).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(address) as string });
      expect(made.stdout).toMatch(/^invited@example.org is now a user, active, and holds User; a password can be set,/);
      const again = await mfo('users link Invited@example.org');
      expect(again).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(address) as string });
      expect(again.stdout).toMatch(/^For invited@example.org, a password can be set,/);
      const [older = '', newer = ''] = [made, again].map(({ stdout }) => address.exec(stdout)?.[2]);
      const password = 'a password of theirs';
      const set = (path: string) => site.visitor().post(path, { password, password_confirm: password });
      expect([(await set(older)).status, (await set(newer)).status]).toEqual([410, 303]);
      await signedIn('invited@example.org');
      expect((await newestEvents(2)).map(([actor, action]) => [actor, action])).toEqual([
        ['operator', 'user.make-link'],
        ['visitor', 'user.set-password'],
      ]);
    });

    it('may have a weak password, of which the operator is warned', async () => {
      expect(await mfo('users create weak@example.org --password password1')).toEqual({
        code: 0,
        stdout: 'weak@example.org is now a user, not active, and holds User.\n',
        stderr:
          'Warning: This password is one of the most common. Choose another, for instance three unrelated words.\n',
      });
      expect(await mfo('users change-password weak@example.org --password-stdin', 'Weak@Example.org')).toEqual({
        code: 0,
        stdout: 'weak@example.org has a new password and is signed out everywhere.\n',
        stderr:
          'Warning: This password is made of names that are easy to find out. Choose another, for instance three unrelated words.\n',
      });
      expect(await mfo('users create weak@example.org --password password1')).toEqual(
        refused('There is an account with the address weak@example.org already.'),
      );
    });

    it('are shown and listed in the contract’s form, by id', async () => {
      const before = Date.now();
      await make('shown@example.org', '--active --name Shown');
      const shown = await json<ShownUser>('users show shown@example.org');
      expect(shown).toEqual({
        id: expect.any(Number) as number,
        name: 'Shown',
        email: 'shown@example.org',
        active: true,
        roles: ['User'],
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
        lastSignInAt: null,
      });
      expect(Date.parse(shown.createdAt)).toBeGreaterThanOrEqual(before);
      expect(Date.parse(shown.createdAt)).toBeLessThanOrEqual(Date.now());
      await signedIn('shown@example.org');
      const users = await json<ShownUser[]>('users list');
      expect(users.map(({ id }) => id)).toEqual(users.map(({ id }) => id).sort((a, b) => a - b));
      const listed = users.find(({ id }) => id === shown.id);
      expect(listed).toEqual({ ...shown, lastSignInAt: expect.any(String) as string });
      expect(Date.parse(listed!.lastSignInAt!)).toBeGreaterThanOrEqual(before);
      expect((await mfo('users show shown@example.org')).stdout).toMatch(/^email: shown@example.org\n/m);
      expect((await mfo('users list')).stdout).toMatch(/^\d+ +shown@example.org +Shown +active +User$/m);
    });
  });

  describe('while the site runs, is obeyed by it at the next request:', () => {
    const email = 'obeyed@example.org';

    it('roles given and taken', async () => {
      await make(email);
      const person = await signedIn(email);
      expect((await person.get('/admin')).status).toBe(403);
      expect(await mfo(`roles add ${email} Admin`)).toEqual(succeeded(`${email} now holds Admin.`));
      expect((await person.get('/admin')).status).toBe(200);
      expect(await mfo(`roles remove ${email} Admin`)).toEqual(succeeded(`${email} no longer holds Admin.`));
      expect((await person.get('/admin')).status).toBe(403);
      const grant = { role: 'Admin', grant: expect.objectContaining({ reason: null }) as object };
      expect(await newestEvents(2)).toEqual([
        ['operator', 'grant.add', null, grant],
        ['operator', 'grant.remove', grant, null],
      ]);
    });

    it('a role given until a day, for a reason, and the end taken away', async () => {
      await make('guest@example.org');
      const person = await signedIn('guest@example.org');
      const [until] = new Date(Date.now() + 86_400_000).toISOString().split('T');
      const end = dateInWords(new Date(until!));
      expect(await mfo(`roles add guest@example.org Admin --until ${until} --reason "Build-up week"`)).toEqual(
        succeeded(`guest@example.org now holds Admin until ${end}.`),
      );
      expect((await person.get('/admin')).status).toBe(200);
      expect((await mfo('access explain guest@example.org GET /admin')).stdout).toContain(`until ${end}`);
      expect(await mfo('roles add guest@example.org Admin --until never')).toEqual(
        succeeded('guest@example.org now holds Admin.'),
      );
      expect((await mfo('roles add guest@example.org Admin --until 2020-01-01')).code).toBe(1);
      expect((await mfo('roles add guest@example.org Admin --until someday')).code).toBe(1);
      expect((await mfo('users show guest@example.org')).stdout).toMatch(/^roles: User, Admin$/m);
    });

    it('a role made at runtime, and what it carries', async () => {
      const person = await signedIn(email);
      expect(await mfo('roles create "Stage crew" -d "Builds the stages" -p admin-read')).toEqual(
        succeeded('The role Stage crew now exists and carries admin-read.'),
      );
      await mfo(`roles add ${email} "Stage crew"`);
      expect((await person.get('/admin')).status).toBe(403);
      expect(await mfo('roles add-permissions "Stage crew" admin-read,admin-write')).toEqual(
        succeeded('The role Stage crew now carries admin-write too.'),
      );
      expect((await person.get('/admin')).status).toBe(200);
      expect(await mfo('roles remove-permissions "Stage crew" admin-read')).toEqual(
        succeeded('The role Stage crew no longer carries admin-read.'),
      );
      expect((await person.get('/admin')).status).toBe(403);
      await mfo('roles add-permissions "Stage crew" admin-read');
      expect(await json<ShownRole>('roles show "Stage crew"')).toEqual({
        id: expect.any(Number) as number,
        name: 'Stage crew',
        description: 'Builds the stages',
        builtIn: false,
        permissions: ['admin-read', 'admin-write'],
      });
      expect((await mfo('roles show "Stage crew"')).stdout).toMatch(/^holders: 1$/m);
      expect(await mfo('roles delete "Stage crew"')).toEqual(succeeded('The role Stage crew is deleted.'));
      expect((await person.get('/admin')).status).toBe(403);
      const [deletion] = await newestEvents(1);
      expect(deletion).toEqual([
        'operator',
        'role.delete',
        {
          description: 'Builds the stages',
          permissions: ['admin-read', 'admin-write'],
          holders: 1,
          'held by': [expect.stringMatching(/^user \d+$/)],
        },
        null,
      ]);
    });

    it('a new password, and all sessions ended', async () => {
      const person = await signedIn(email);
      expect(await mfo(`users change-password ${email} --password-stdin`, 'another password')).toEqual(
        succeeded(`${email} has a new password and is signed out everywhere.`),
      );
      expect((await person.get('/account')).status).toBe(303);
      expect((await person.signIn(email, 'a password of theirs')).status).toBe(401);
      await signedIn(email, 'another password');
      const again = await signedIn(email, 'another password');
      expect(await mfo(`users reset-access ${email}`)).toEqual(
        succeeded(`${email} is signed out everywhere (2 sessions ended).`),
      );
      expect((await again.get('/account')).status).toBe(303);
      expect(await newestEvents(2)).toEqual([
        ['operator', 'user.change-password', null, null],
        ['operator', 'user.end-sessions', null, { ended: 2 }],
      ]);
    });

    it('deactivation and deletion', async () => {
      const person = await signedIn(email, 'another password');
      expect(await mfo(`users deactivate ${email}`)).toEqual(
        succeeded(`${email} is no longer active and is signed out.`),
      );
      expect((await person.get('/account')).status).toBe(303);
      expect((await person.signIn(email, 'another password')).status).toBe(401);
      await mfo(`users activate ${email}`);
      expect((await person.get('/account')).status).toBe(303);
      await signedIn(email, 'another password');
      expect(await mfo(`users delete ${email}`)).toEqual(succeeded(`${email} is deleted.`));
      expect((await person.get('/account')).status).toBe(303);
      expect((await person.signIn(email, 'another password')).status).toBe(401);
      expect((await newestEvents(1))[0]?.[1]).toBe('user.delete');
    });
  });

  describe('access', () => {
    it('maps every route with its rule in words', async () => {
      const map = await json<unknown[]>('access map');
      expect(map).toContainEqual({
        method: 'GET',
        path: '/admin',
        rule: 'Admin, or admin-read and admin-write',
        handler: 'AdminController.index',
        title: 'Open the administration area',
        area: 'Administration',
      });
      const lines = (await mfo('access map')).stdout.trim().split('\n');
      expect(lines).toHaveLength(map.length + 1);
      expect(lines).toContainEqual(expect.stringMatching(/^See roles +Administration +GET \/admin\/roles +Admin, or /));
    });

    it('explains a decision, whichever it is, with exit 0', async () => {
      await make('curious@example.org');
      expect(await mfo(`access explain ${superuser.email} get /admin`)).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(
          / may use "Open the administration area" \(GET \/admin\), which takes: .*\n- .*Admin/,
        ) as string,
      });
      expect(await mfo('access explain curious@example.org GET /admin')).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(
          / may not use "Open .*" \(GET \/admin\), .*\n- Sorry, you must be an Admin/,
        ) as string,
      });
    });

    it('lists who may use a route', async () => {
      await make('entitled@example.org', '--active --role Admin');
      await make('asleep@example.org', '--role Admin');
      const who = async (route: string) => (await mfo(`access who ${route}`)).stdout.trim().split('\n');
      const administrators = await who('GET /admin');
      expect(administrators).toEqual(expect.arrayContaining([superuser.email, 'entitled@example.org']));
      expect(administrators).not.toContain('asleep@example.org');
      expect(administrators[0]).toBe('Who may use "Open the administration area" (GET /admin):');
      expect(await who('GET /')).toEqual(['Who may use "Open the home page" (GET /):', 'Anyone.']);
      expect((await who('GET /login'))[1]).toBe('Anyone who is not signed in.');
    });
  });

  it('lists roles and the catalogue in the contract’s form', async () => {
    const roles = await json<ShownRole[]>('roles list');
    expect(roles.slice(0, 2)).toEqual([
      {
        id: 1,
        name: 'User',
        description: 'Everybody with an account',
        builtIn: true,
        permissions: ['user-read', 'user-write'],
      },
      {
        id: 2,
        name: 'Admin',
        description: 'Administrators of the site',
        builtIn: true,
        permissions: [...permissionNames()].sort(),
      },
    ]);
    const permissions = await json<{ name: string }[]>('permissions list');
    expect(permissions.map(({ name }) => name)).toEqual(permissionNames());
  });

  it('never says a password or a hash', () => {
    expect(outputs.length).toBeGreaterThan(150);
    const all = outputs.join('\n');
    for (const secret of [
      'a password of theirs',
      'another password',
      'pässwörd',
      'password1',
      superuser.password,
      '$2b$',
    ])
      expect(all).not.toContain(secret);
  });
});
