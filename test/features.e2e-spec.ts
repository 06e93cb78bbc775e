import { UserGrants } from '../src/accounts/user-grants.service';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { Database } from '../src/database/database';
import { defineFeature, registerFeatures, type Feature } from '../src/feature';
import { features } from '../src/registered-features';
import { RoleCatalogue } from '../src/roles/role-catalogue.service';
import { RolesService } from '../src/roles/roles.service';
import { holder } from './support/holder';
import { Site } from './support/site';

describe('a feature', () => {
  let site: Site;

  beforeAll(async () => (site = await Site.start()));
  afterAll(() => site.stop());

  const kiosks = (more: Partial<Feature>) => defineFeature({ name: 'kiosks', links: [], ...more });

  describe('that was taken out', () => {
    const table = (whenGone: string) =>
      `CREATE TABLE tents (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL,
         CONSTRAINT fk_tents_user FOREIGN KEY (user_id) REFERENCES users (id) ${whenGone})`;

    it('leaves its tables, and people of its records can be deleted', async () => {
      const { id } = await holder(site, ['User']);
      await site.database.change(table('ON DELETE CASCADE'));
      await site.database.change(`INSERT INTO tents (id, user_id) VALUES (1, ${id})`);
      await site.database.change("INSERT INTO migrations (timestamp, name) VALUES (1, 'tents/AddTents1769040000000')");
      await site.app.get(Database).openAndMigrate();
      const users = site.app.get(UsersService);
      await users.delete(operator, (await users.findById(id))!.email);
      expect(await site.database.query('SELECT * FROM tents')).toEqual([]);
    });

    it('may not keep people from being deleted', async () => {
      await site.database.change('DROP TABLE tents');
      await site.database.change(table(''));
      await expect(site.app.get(Database).openAndMigrate()).rejects.toThrow(
        'What happens to tents.user_id when the person or role it refers to is deleted?',
      );
    });
  });

  describe('with roles', () => {
    afterEach(() => void registerFeatures(features));

    const role = { description: 'Of the kiosks', permissions: ['audit-read'] } as const;
    const roles = () => site.app.get(RolesService);
    const names = async () => (await roles().all()).map(({ name }) => name);
    async function startWith(more: object): Promise<void> {
      registerFeatures([...features, kiosks(more)]);
      await site.app.get(Database).changeAccess((manager) => site.app.get(RoleCatalogue).ensure(manager));
    }

    it('that no rule names has them made once: renamed or deleted, they are the administrators’', async () => {
      await startWith({ roles: { Helper: role, Runner: role } });
      expect(await roles().find('Helper')).toMatchObject({ builtIn: false, permissions: ['audit-read'] });
      await roles().delete(operator, 'Helper');
      await startWith({ roles: { Helper: role, Runner: role } });
      expect(await names()).toEqual(expect.arrayContaining(['Runner']));
      expect(await names()).not.toContain('Helper');
    });

    it('leaves one that was made here under the same name as it is', async () => {
      await roles().create(operator, { name: 'Cook', description: 'of the kitchen', permissions: [] });
      await startWith({ roles: { Cook: role } });
      expect(await roles().find('Cook')).toMatchObject({ description: 'of the kitchen', permissions: [] });
    });

    it('gives a permission that is new to the roles that begin with it, also a renamed one, and to Admin', async () => {
      const permissions = { 'kiosks-read': 'See kiosks' } as object;
      const { id } = (await roles().find('Runner'))!;
      await site.database.change(`UPDATE roles SET name = 'Sprinter' WHERE id = ${id}`);
      const carrying = { description: '', permissions: ['audit-read', 'kiosks-read'] };
      await startWith({ permissions, roles: { Runner: carrying } });
      expect(await roles().find('Sprinter')).toMatchObject({ permissions: ['audit-read', 'kiosks-read'] });
      expect((await roles().find('Admin'))!.permissions).toContain('kiosks-read');
      expect((await roles().find('Cook'))!.permissions).toEqual([]);
    });

    it('that rules name refuses the start where people made one of that name, and changes nothing', async () => {
      await roles().create(operator, { name: 'Steward', description: '', permissions: [] });
      await expect(startWith({ builtInRoles: { Steward: role } })).rejects.toThrow('A role "Steward" was made here');
      expect(await roles().find('Steward')).toMatchObject({ builtIn: false, permissions: [] });
    });

    it('that rules name has them given by nobody, by no path, while it is not here', async () => {
      const sentence = 'The role "Warden" belongs to a feature that this program does not have';
      await startWith({ builtInRoles: { Warden: { description: '', permissions: [] } } });
      const [users, grants] = [site.app.get(UsersService), site.app.get(UserGrants)];
      const [warden, other] = [await holder(site, ['User', 'Warden']), await holder(site, ['User'])];
      const emailOf = async ({ id }: { id: number }) => (await users.findById(id))!.email;
      registerFeatures(features);
      const held = () =>
        site.database.query(`SELECT * FROM grants WHERE user_id IN (${warden.id}, ${other.id}) ORDER BY id`);
      const before = await held();

      const until = new Date(Date.now() + 86_400_000);
      const made = { email: 'warden@example.org', name: '', passwordHash: '', active: true, roles: ['User', 'Warden'] };
      await expect(grants.give(operator, await emailOf(other), 'Warden')).rejects.toThrow(sentence);
      await expect(grants.changeEnd(operator, await emailOf(warden), 'Warden', { until })).rejects.toThrow(sentence);
      await expect(users.create(operator, made)).rejects.toThrow(sentence);
      const admin = await site.admin();
      const page = await admin.get(`/admin/users/change?change=grant&users=${other.id}&role=Warden`);
      expect(page.body).toContain(sentence.replaceAll('"', '&quot;'));
      expect(await held()).toEqual(before);

      expect(await grants.revoke(operator, await emailOf(warden), 'Warden')).toBe(true);
    });
  });
});
