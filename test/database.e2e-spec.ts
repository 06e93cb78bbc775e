import { setTimeout as pause } from 'node:timers/promises';
import {
  DataSource,
  Table,
  type DataSourceOptions,
  type EntityManager,
  type MigrationInterface,
  type QueryRunner,
} from 'typeorm';
import { UserGrants } from '../src/accounts/user-grants.service';
import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { AuditService } from '../src/audit/audit.service';
import { readSettings } from '../src/config/settings';
import { connectionOptions } from '../src/database/connection-options';
import { Database } from '../src/database/database';
import { DatabaseBehind } from '../src/database/errors';
import { LastAdministrator } from '../src/roles/last-administrator';
import { Permission } from '../src/roles/permission.entity';
import { Role, RolePermission } from '../src/roles/role.entity';
import { RolesService } from '../src/roles/roles.service';
import { UserHoldings } from '../src/roles/user-holdings.service';
import { User } from '../src/users/user.entity';
import { emptyDatabase, isMysql } from './support/database';
import { dump, expectUnchanged } from './support/dump';
import { migrations } from './support/migrations';
import { Site, superuser, testEnvironment } from './support/site';

describe('the database', () => {
  let site: Site;
  let writer: DataSource;
  let database: Database;
  let users: UsersService;
  let grants: UserGrants;
  let holdings: UserHoldings;

  beforeAll(async () => {
    site = await Site.start({ TRUST_PROXY: 'loopback' });
    // The failures are this spec's own.
    site.app.useLogger(false);
    writer = site.app.get(DataSource);
    database = site.app.get(Database);
    users = site.app.get(UsersService);
    grants = site.app.get(UserGrants);
    holdings = site.app.get(UserHoldings);
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => site.stop());

  const newUser = (email: string) => ({ email, name: '', passwordHash: 'of nobody', active: true, roles: ['User'] });
  const numbered = Array.from({ length: 50 }, (_, i) => i);
  const isOdd = (i: number) => i % 2 === 1;

  describe('as the migrations leave it', () => {
    it('is exactly what the entities say', async () => {
      const { upQueries, downQueries } = await writer.driver.createSchemaBuilder().log();
      expect([...upQueries, ...downQueries].map(({ query }) => query)).toEqual([]);
    });

    it('compares names and addresses by their bytes', async () => {
      await users.create(operator, newUser('jose@example.org'));
      await users.create(operator, newUser('josé@example.org'));
      const roles = site.app.get(RolesService);
      for (const name of ['Crew', 'Crèw']) await roles.create(operator, { name, description: '', permissions: [] });
      expect((await users.byEmail('josé@example.org')).id).not.toBe((await users.byEmail('jose@example.org')).id);
    });

    it('keeps times in UTC, to the millisecond', async () => {
      const before = Date.now();
      const { createdAt } = await users.create(operator, newUser('timed@example.org'));
      expect(createdAt.getTime()).toBeGreaterThanOrEqual(before);
      expect(createdAt.getTime()).toBeLessThanOrEqual(Date.now());
    });

    it('never uses an id twice', async () => {
      const ids = new Set<number>();
      for (const i of [1, 2, 3]) {
        const { id } = await users.create(operator, newUser(`newest${i}@example.org`));
        ids.add(id);
        await users.delete(operator, `newest${i}@example.org`);
      }
      expect(ids.size).toBe(3);
      const roles = site.app.get(RolesService);
      for (const i of [1, 2, 3]) {
        await roles.create(operator, { name: 'newest', description: '', permissions: [] });
        ids.add(-(await roles.byName('newest')).id);
        await roles.delete(operator, 'newest');
        expect(ids.size).toBe(3 + i);
      }
    });
  });

  describe('of an older program', () => {
    const laterMigration = class AddStages2000000000000 implements MigrationInterface {
      name = 'AddStages2000000000000';
      async up(runner: QueryRunner): Promise<void> {
        await runner.createTable(
          new Table({ name: 'stages', columns: [{ name: 'name', type: 'varchar', length: '64' }] }),
          true,
        );
      }
      async down(runner: QueryRunner): Promise<void> {
        await runner.dropTable('stages');
      }
    };

    interface Program {
      database: Database;
      write: DataSource;
    }

    /** Gives `work` an empty database, and the means to open it as a program that knows these migrations. */
    async function withEmptyDatabase(
      work: (open: (known: (new () => MigrationInterface)[]) => Promise<Program>) => Promise<void>,
    ): Promise<void> {
      const empty = await emptyDatabase();
      const settings = readSettings(testEnvironment(empty.url));
      const opened: DataSource[] = [];
      const source = async (access: 'write' | 'read', known: (new () => MigrationInterface)[]) => {
        const entities =
          known.length < migrations.length ? [Permission, Role, RolePermission] : writer.options.entities;
        const options = { entities, migrations: known };
        const made = new DataSource({
          ...(await connectionOptions(settings, access)),
          ...options,
        } as DataSourceOptions);
        opened.push(made);
        return made;
      };
      try {
        await work(async (known) => {
          const write = await source('write', known);
          return { database: new Database(settings, write, await source('read', known)), write };
        });
      } finally {
        await Promise.all(opened.filter(({ isInitialized }) => isInitialized).map((it) => it.destroy()));
        await empty.drop();
      }
    }

    it('is brought up to date, and keeps what it held', async () => {
      await withEmptyDatabase(async (open) => {
        const older = await open(migrations.slice(0, 1));
        await older.database.openAndMigrate();
        await older.database.transaction((manager) =>
          manager.insert(Role, { name: 'Crew', description: 'of the older program' }),
        );

        const newer = await open([...migrations, laterMigration]);
        await expect(newer.database.openExisting()).rejects.toThrow(DatabaseBehind);
        expect(await newer.database.isUpToDate()).toBe(false);
        await newer.database.openAndMigrate();
        expect(await newer.database.isUpToDate()).toBe(true);
        expect(await newer.database.read.findBy(Role, { name: 'Crew' })).toHaveLength(1);
        expect(await newer.database.read.query('SELECT * FROM stages')).toEqual([]);
      });
    });

    it('is neither made nor changed by what only uses it', async () => {
      await withEmptyDatabase(async (open) => {
        const { database } = await open(migrations);
        await expect(database.openExisting()).rejects.toThrow(DatabaseBehind);
        const { write } = await open([]);
        await write.initialize();
        const tables = isMysql ? 'information_schema.tables WHERE table_schema = DATABASE()' : 'sqlite_master';
        expect(await write.query(`SELECT * FROM ${tables}`)).toEqual([]);
      });
    });

    it('is finished by the next start, whichever table a killed one had come to', async () => {
      await withEmptyDatabase(async (open) => {
        const { database, write } = await open(migrations);
        await database.openAndMigrate();
        const runner = write.createQueryRunner();
        for (const table of [
          'audit_head',
          'daily_figures',
          'password_links',
          'sign_in_events',
          'rate_limits',
          'audit_events',
          'sessions',
          'grants',
          'role_permissions',
        ]) {
          await runner.dropTable(table);
          await runner.query('DELETE FROM migrations');
          await database.openAndMigrate();
          expect((await write.driver.createSchemaBuilder().log()).upQueries).toEqual([]);
        }
        await runner.release();
      });
    });
  });

  describe('read', () => {
    it('can’t be written through, on any of its connections', async () => {
      const before = await dump(site);
      const attempts = [
        "UPDATE users SET name = 'written'",
        'DELETE FROM grants',
        "INSERT INTO permissions (name, description, since) VALUES ('made-up', '', '2026-01-01')",
        'DROP TABLE sessions',
      ];
      const written = await Promise.allSettled(
        numbered.map((i) => database.read.query(attempts[i % attempts.length]!)),
      );
      expect(written.map(({ status }) => status)).toEqual(numbered.map(() => 'rejected'));
      await expect(
        database.read.insert(User, { email: 'x@example.org', accessVersion: 'x', createdAt: new Date() }),
      ).rejects.toThrow(/readonly|READ ONLY/);
      await expectUnchanged(site, before);
    });

    it('does not see what may yet be rolled back', async () => {
      const name = () => database.read.findOneByOrFail(User, { email: superuser.email }).then((user) => user.name);
      const seen: string[] = [];
      const undone = database.transaction(async (manager) => {
        await manager.update(User, { email: superuser.email }, { name: 'of the moment' });
        seen.push(await name());
        throw new Error('undone');
      });
      await expect(undone).rejects.toThrow('undone');
      expect([...seen, await name()]).toEqual(['', '']);
    });
  });

  describe('under 50 at once, every second of which fails inside its transaction,', () => {
    it('keeps all of the registrations that did not fail, and nothing of those that did', async () => {
      const audit = site.app.get(AuditService);
      const append = audit.append.bind(audit);
      jest.spyOn(audit, 'append').mockImplementation(async (manager, entry) => {
        await append(manager, entry);
        if (JSON.stringify(entry).includes('unlucky')) throw new Error('The record could not be kept.');
      });
      const before = await dump(site);
      const address = (i: number) => (isOdd(i) ? `unlucky${i}@example.org` : `lucky${i}@example.org`);
      const people = numbered.map(() => site.visitor());
      const pages = await Promise.all(
        people.map((person, i) =>
          person.post(
            '/register',
            { email: address(i), password: 'a password of a user', password_confirm: 'a password of a user' },
            { 'x-forwarded-for': `192.0.2.${i}` },
          ),
        ),
      );
      expect(pages.map(({ status }) => status)).toEqual(numbered.map((i) => (isOdd(i) ? 500 : 303)));
      const accounts = await Promise.all(people.map((person) => person.get('/account')));
      expect(accounts.map(({ status }) => status)).toEqual(numbered.map((i) => (isOdd(i) ? 303 : 200)));
      const after = await dump(site);
      for (const table of ['users', 'grants', 'sessions', 'audit_events'])
        expect([table, after[table]!.length]).toEqual([table, before[table]!.length + 25]);
      expect(JSON.stringify(after)).not.toContain('unlucky');
      const [{ people: counted }] = after.access_state as [{ people: number }];
      expect(counted).toBe(after.users!.length);
    });

    it('keeps what the services changed, and undoes what an invariant refused at the end', async () => {
      const roles = site.app.get(RolesService);
      const admin = await site.admin();
      const superuserBefore = await users.byEmail(superuser.email);
      for (const i of numbered.filter((n) => !isOdd(n)))
        await roles.create(operator, { name: `Role ${i}`, description: '', permissions: [] });
      const changes = await Promise.allSettled(
        numbered.map((i) =>
          isOdd(i) ? users.deactivate(operator, superuser.email) : grants.give(operator, superuser.email, `Role ${i}`),
        ),
      );
      const refused = changes.filter((change) => change.status === 'rejected');
      expect(refused).toHaveLength(25);
      for (const { reason } of refused) expect(reason).toBeInstanceOf(LastAdministrator);
      expect((await admin.get('/admin')).status).toBe(200);
      expect((await users.byEmail(superuser.email)).active).toBe(true);
      const held = await holdings.rolesOf(superuserBefore.id);
      expect(held).toEqual(['User', 'Admin', ...numbered.filter((n) => !isOdd(n)).map((n) => `Role ${n}`)]);
    });
  });

  describe('with a change that leaves something for its end', () => {
    /** Notes each turn of the work, and that its end came. */
    const noting = (told: string[], name: string) => () => {
      told.push(name);
      database.beforeCommit(async (manager) => {
        told.push(`end of ${name}`);
        await manager.insert(Role, { name, description: '' });
      });
      return Promise.resolve();
    };
    const isThere = (name: string) => database.read.existsBy(Role, { name });

    it('does it once, behind everything else, in the same transaction', async () => {
      const told: string[] = [];
      await database.changeAccess(async () => {
        await database.changeAccess(noting(told, 'One'));
        told.push('all');
      });
      expect(told).toEqual(['One', 'all', 'end of One']);
      const failing = database.changeAccess(async () => {
        await noting(told, 'Other')();
        database.beforeCommit(() => Promise.reject(new Error('at the very end')));
      });
      await expect(failing).rejects.toThrow('at the very end');
      expect([await isThere('One'), await isThere('Other')]).toEqual([true, false]);
    });

    it('spares a dry run, and a part that has failed', async () => {
      const told: string[] = [];
      await database.dryRun(noting(told, 'Undone'));
      const failing = () =>
        database.changeAccess(async () => {
          await noting(told, 'Failed')();
          throw new Error('in a part');
        });
      await database.changeAccess(async () => {
        await expect(failing()).rejects.toThrow('in a part');
        await noting(told, 'Done')();
      });
      expect(told).toEqual(['Undone', 'Failed', 'Done', 'end of Done']);
      expect(() => database.beforeCommit(() => Promise.resolve())).toThrow('no change of access at hand');
    });

    it('does behind all of that, in one go, and not at all where it was undone, what others would wait for', async () => {
      const told: string[] = [];
      const tell = (_manager: EntityManager, names: readonly string[]) =>
        Promise.resolve(void told.push(names.join(' and ')));
      const telling = (name: string) => (manager: EntityManager) => database.atTheEnd(manager, name, tell);
      await database.changeAccess(async (manager) => {
        await telling('very end')(manager);
        await telling('another of it')(manager);
        database.beforeCommit(() => Promise.resolve(void told.push('end')));
        database.beforeCommit(telling('very end, of the end'));
        await database.dryRun(telling('undone as a preview is'));
        const failing = database.changeAccess(async (manager) => {
          await telling('failed')(manager);
          throw new Error('in a part');
        });
        await expect(failing).rejects.toThrow('in a part');
        told.push('all');
      });
      expect(told).toEqual(['all', 'end', 'very end and another of it and very end, of the end']);
    });

    it('and what it began and left going on is no part of it any more', async () => {
      const told: string[] = [];
      let later = Promise.resolve();
      await database.changeAccess(() => {
        later = pause(100).then(() =>
          database.changeAccess((manager) =>
            database.atTheEnd(manager, 'done', (_, names) => Promise.resolve(void told.push(...names))),
          ),
        );
        return Promise.resolve();
      });
      await later;
      expect(told).toEqual(['done']);
    });
  });

  it('keeps what comes after a transaction that the engine undid by itself, as it does where the disk is full', async () => {
    const email = 'afterwards@example.org';
    await users.create(operator, newUser(email));
    const undone = database.changeAccess(async (manager) => {
      await manager.update(User, { email }, { name: 'undone' });
      await manager.query('ROLLBACK');
      throw new Error('The disk is full.');
    });
    await expect(undone).rejects.toThrow('The disk is full.');
    await database.dryRun((manager) => manager.update(User, { email }, { name: 'undone as a preview is' }));
    await users.deactivate(operator, email);
    expect(await database.read.findOneByOrFail(User, { email })).toMatchObject({ name: '', active: false });
  });

  it('runs again a transaction that has read what another process changed before it wrote, and follows it once', async () => {
    const email = 'read-first@example.org';
    const { id } = await users.create(operator, newUser(email));
    const [runs, followed]: string[][] = [[], []];
    await database.transaction(async (manager) => {
      const { name } = await manager.findOneByOrFail(User, { email });
      runs!.push(name);
      database.afterCommit(() => followed!.push(name));
      if (runs!.length === 1) await site.database.change(`UPDATE users SET name = 'theirs' WHERE id = ${id}`);
      await manager.update(User, { email }, { name: `${name}, and ours` });
    });
    // A server lets the second one write, as it reads what it changes anew.
    expect([runs, followed]).toEqual(isMysql ? [[''], ['']] : [['', 'theirs'], ['theirs']]);
    expect((await users.byEmail(email)).name).toBe(isMysql ? ', and ours' : 'theirs, and ours');
  });

  it('runs again a transaction that the engine undid because it and another waited for each other', async () => {
    const [first, second] = ['first@example.org', 'second@example.org'] as const;
    for (const email of [first, second]) await users.create(operator, newUser(email));
    const rename = (order: readonly string[], name: string) =>
      database.transaction(async (manager) => {
        for (const email of order) {
          await manager.update(User, { email }, { name });
          await pause(200);
        }
      });
    await Promise.all([rename([first, second], 'there'), rename([second, first], 'and back')]);
    expect((await users.byEmail(first)).name).toBe((await users.byEmail(second)).name);
  });
});
