import { UserRenames, type Renaming } from '../src/accounts/user-renames.service';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { Passwords } from '../src/credentials/passwords';
import { RolesService } from '../src/roles/roles.service';
import { beforeMigration } from './support/older-version';
import { Site } from './support/site';

const password = 'what they all typed';

/** As the version before stored them, the oldest first: what was typed, what is stored now, and whether it is to change. */
const people: [typed: string, stored: string, name: string, isOdd: boolean][] = [
  ['plain@example.org', 'plain@example.org', 'Plain', false],
  ['first@exämple.org', 'first@exämple.org', 'The older of two', false],
  ['first@xn--exmple-cua.org', 'first@xn--exmple-cua.org', 'The younger of two', true],
  ['second@xn--exmple-cua.org', 'second@xn--exmple-cua.org', 'The older of two', false],
  ['second@exämple.org', 'second@exämple.org', 'The younger of two', true],
  ['alone@xn--exmple-cua.org', 'alone@exämple.org', 'Alone with the mailbox', false],
  ['alone@straße.de', 'alone@straße.de', 'Alone with the mailbox', false],
  ['victim@example.org', 'victim@example.org', 'Victim', false],
  ['victim\u200B@example.org', 'victim\u200B@example.org', 'No width', true],
  ['victim@exa\u00ADmple.org', 'victim@exa\u00ADmple.org', 'A soft hyphen', true],
  ['vіctim@example.org', 'vіctim@example.org', 'Two alphabets', true],
  ['соса@example.org', 'соса@example.org', 'Cyrillic, and first', false],
  ['coca@example.org', 'coca@example.org', 'Latin, and second', true],
  ['tim@example.org', 'tim@example.org', 'Tim', false],
  ['tirn@example.org', 'tirn@example.org', 'Tirn', false],
  ['bidi@example.org', 'bidi@example.org', 'Ann \u202Egro.elpmaxe@mda', true],
  ['blank@example.org', 'blank@example.org', '\u200B', true],
  ['apart@example.org', 'apart@example.org', 'Zoe\u0308', false],
  ['o’shea@example.org', 'o’shea@example.org', 'A curly apostrophe', true],
];
const roles = ['Bu\u0308hne', 'Bühne', 'admin', 'Stage  Manager', 'Crew', 'Сrew'];

describe('who came with the version before', () => {
  let site: Site;
  beforeAll(async () => {
    site = await Site.start();
    const hash = await site.app.get(Passwords).hash(password);
    await beforeMigration(site, 'TellNamesApart1768176000000', async () => {
      for (const [email, , name] of people)
        await site.database.change(
          `INSERT INTO users (email, name, password_hash, active, access_version, created_at)
             VALUES ('${email}', '${name}', '${hash}', 1, 'older', '2025-01-01 00:00:00.000')`,
        );
      for (const name of roles) await site.database.change(`INSERT INTO roles (name) VALUES ('${name}')`);
    });
  });
  afterAll(() => site.stop());

  const user = (email: string) => site.app.get(UsersService).byEmail(email);

  it.each(people)('%j signs in with what was typed before, and is stored as %j', async (typed, stored) => {
    const person = site.visitor();
    expect((await person.signIn(typed, password)).status).toBe(303);
    expect((await person.get('/account')).body).toContain(stored);
    expect((await user(typed)).email).toBe(stored);
  });

  it.each([
    ['alone@exämple.org', 'alone@xn--exmple-cua.org'],
    ['alone@xn--strae-oqa.de', 'alone@straße.de'],
  ])('%s is found as %s too', async (spelling, typed) => {
    expect((await user(spelling)).id).toBe((await user(typed)).id);
    expect((await site.visitor().signIn(spelling, password)).status).toBe(303);
  });

  it('of two with one mailbox, each still has an account of their own', async () => {
    for (const mailbox of ['first', 'second'])
      expect((await user(`${mailbox}@exämple.org`)).id).not.toBe((await user(`${mailbox}@xn--exmple-cua.org`)).id);
  });

  it.each(people.filter(([typed]) => !typed.startsWith('apart')).map(([typed]) => typed))(
    'nobody else can register as %j',
    async (typed) => {
      expect((await site.visitor().register(typed, 'some other password')).status).toBe(422);
    },
  );

  it('is named on the first page of the administration, where the name or address deceives', async () => {
    const marked = await site.database.query<{ email: string }>(
      'SELECT email FROM users WHERE needs_rename = 1 ORDER BY id',
    );
    expect(marked.map(({ email }) => email)).toEqual(
      people.filter(([, , , isOdd]) => isOdd).map(([, stored]) => stored),
    );
    const { body } = await (await site.admin()).get('/admin');
    expect(body).toMatch(/\d+ people have a name or an address that deceives/);
    expect(body).toContain('users rename &lt;address&gt;');
    expect(body).toContain('U+200B, which stands after');
    expect(body).toMatch(/3 roles have a name that could be taken/);
  });

  describe('once renamed', () => {
    const rename = (email: string, to: Renaming) => site.app.get(UserRenames).rename(operator, email, to);
    const listed = async () => {
      const { body } = await (await site.admin()).get('/admin');
      return Number(/(\d+) people have a name or an address that deceives/.exec(body)?.[1]);
    };
    const isListed = async (email: string) => (await user(email)).needsRename;

    it.each([
      ['another address', 'victim\u200B@example.org', { email: 'no-width@example.org' }],
      ['another address', 'vіctim@example.org', { email: 'two-alphabets@example.org' }],
      ['another address', 'first@xn--exmple-cua.org', { email: 'younger@exämple.org' }],
      ['another name', 'bidi@example.org', { name: 'Ann' }],
      ['no name', 'blank@example.org', { name: '' }],
    ])('by %s, %j leaves the list, and signs in', async (_, email, to: Renaming) => {
      const { id } = await user(email);
      const before = await listed();
      const { is } = await rename(email, to);
      expect(await user(is.email)).toMatchObject({ id, ...to, needsRename: false });
      expect((await site.visitor().signIn(is.email, password)).status).toBe(303);
      expect(await listed()).toBe(before - 1);
    });

    it('by another name alone, an address that deceives stays on the list', async () => {
      await rename('victim@exa\u00ADmple.org', { name: 'Renamed' });
      expect(await user('victim@exa\u00ADmple.org')).toMatchObject({ name: 'Renamed', needsRename: true });
    });

    it('to the address it had, one is listed as long as an older account has it or looks like it', async () => {
      const pairs = [
        ['second@xn--exmple-cua.org', 'second@exämple.org'],
        ['соса@example.org', 'coca@example.org'],
      ] as const;
      for (const [older, younger] of pairs) {
        expect(await rename(younger, { email: younger })).toMatchObject({ isChanged: false });
        expect(await isListed(younger)).toBe(true);
        await rename(older, { email: `older-${pairs.findIndex(([it]) => it === older)}@example.org` });
        expect(await rename(younger, { email: younger })).toMatchObject({ isChanged: false });
        expect(await isListed(younger)).toBe(false);
        expect((await site.visitor().signIn(younger, password)).status).toBe(303);
        expect((await site.visitor().register(older, 'some other password')).status).toBe(422);
      }
    });
  });

  it('keeps the roles, each by its own name, and gives none of them to another', async () => {
    const service = site.app.get(RolesService);
    for (const name of roles) expect((await service.byName(name)).name).toBe(name);
    expect((await service.toRename()).map(({ name }) => name)).toEqual(['Bühne', 'admin', 'Сrew']);
    await expect(service.create(operator, { name: 'CREW', description: '', permissions: [] })).rejects.toThrow(
      /"Crew"/,
    );
  });
});
