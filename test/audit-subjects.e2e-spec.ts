import { UsersService } from '../src/accounts/users.service';
import { operator } from '../src/audit/actor';
import { AuditLog } from '../src/audit/audit-log.service';
import { beginning, chainKey, hashOf } from '../src/audit/chain';
import { NameRolesById1768003200000 } from '../src/database/migrations/1768003200000-name-roles-by-id';
import { versionOf } from '../src/roles/role-version';
import { RolesService } from '../src/roles/roles.service';
import { holder } from './support/holder';
import { olderDatabase } from './support/older-database';
import { cli } from './support/processes';
import { Site, testEnvironment } from './support/site';
import { faultOf, tampered } from './support/tampering';

describe('the audit log knows', () => {
  let site: Site;
  let roles: RolesService;

  beforeAll(async () => {
    site = await Site.start({ TRUST_PROXY: 'loopback' });
    roles = site.app.get(RolesService);
  });
  afterAll(() => site.stop());

  describe('a role by its id:', () => {
    const historyOf = async (id: number) =>
      (await site.app.get(AuditLog).page({ role: id }, 50)).map(({ action, subject }) => `${action} ${subject}`);
    const make = (name: string, permissions: string[] = []) =>
      roles.create(operator, { name, description: '', permissions });
    async function rename(from: string, to: string): Promise<void> {
      const role = await roles.byName(from);
      await roles.edit(operator, from, { ...role, name: to, base: versionOf(role) });
    }

    it('its history survives another name', async () => {
      const id = await make('Gatekeeper');
      await roles.addPermissions(operator, 'Gatekeeper', ['users-read']);
      await rename('Gatekeeper', 'Front desk');
      await roles.removePermissions(operator, 'Front desk', ['users-read']);
      expect(await historyOf(id)).toEqual([
        'role.change-permissions role Front desk',
        'role.change role Front desk',
        'role.change-permissions role Gatekeeper',
        'role.create role Gatekeeper',
      ]);
      const { body } = await (await site.admin()).get(`/admin/roles/${id}`);
      expect(body).toContain('The operator made the role Gatekeeper');
    });

    it('and no other role inherits it with the name', async () => {
      const first = await make('Stagehand');
      await rename('Stagehand', 'Rigger');
      const second = await make('Stagehand');
      await roles.delete(operator, 'Stagehand');
      const third = await make('Stagehand');
      expect(await historyOf(first)).toEqual(['role.change role Rigger', 'role.create role Stagehand']);
      expect(await historyOf(second)).toEqual(['role.delete role Stagehand', 'role.create role Stagehand']);
      expect(await historyOf(third)).toEqual(['role.create role Stagehand']);
      const { body } = await (await site.admin()).get(`/admin/roles/${third}`);
      expect(body).not.toContain('deleted the role');
    });

    it('which nobody changes unseen', async () => {
      const id = await make('Ledger');
      const { sequence } = (await site.app.get(AuditLog).page({ role: id }, 1))[0]!;
      for (const to of ['NULL', String(id + 1)])
        await tampered(site, [`UPDATE audit_events SET role_id = ${to} WHERE sequence = ${sequence}`], async () => {
          expect(await faultOf(site)).toBe(`The audit log is broken at event ${sequence}: it was altered or inserted.`);
        });
    });

    describe('of an older database', () => {
      const told: [action: string, name: string, before?: object, after?: object][] = [
        ['role.create', 'User'],
        ['role.create', 'Crew'],
        ['role.change-permissions', 'Crew', { permissions: [] }, { permissions: ['user-read'] }],
        ['role.delete', 'Crew'],
        ['role.create', 'Crew'],
        ['role.change', 'Band', { name: 'Crew' }, { name: 'Band' }],
        ['role.create', 'Crew'],
        ['role.change', 'Choir', { name: 'Band', description: '' }, { name: 'Choir', description: 'sings' }],
        ['role.change', 'Crew', { description: '' }, { description: 'works' }],
        ['role.change-permissions', 'Unrecorded', { permissions: [] }, { permissions: ['user-read'] }],
        ['role.delete', 'Gone'],
      ];
      const ids: Record<string, number> = { User: 1, Choir: 4, Crew: 5, Unrecorded: 6 };

      it('its events are brought along, as far as that can be known, and the chain stays whole', async () => {
        const database = await olderDatabase(NameRolesById1768003200000);
        const environment = testEnvironment(database.url);
        try {
          const key = chainKey(environment.SECURITY_PASSWORD_SALT!);
          let last = beginning;
          const quoted = (text: string | null) => (text === null ? 'NULL' : `'${text}'`);
          for (const [i, [action, name, before, after]] of told.entries()) {
            const event = {
              sequence: i + 1,
              at: new Date('2026-02-01T00:00:00Z'),
              actor: 'operator',
              action,
              subject: `role ${name}`,
              roleId: null,
              before: before ? JSON.stringify(before) : null,
              after: after ? JSON.stringify(after) : null,
              reason: null,
              requestId: null,
            };
            const hash = hashOf(key, last.hash, event, 'without role');
            await database.change(
              `INSERT INTO audit_events (sequence, at, actor, action, subject, \`before\`, \`after\`, previous_hash, hash)
                 VALUES (${i + 1}, '2026-02-01 00:00:00.000', 'operator', '${action}', 'role ${name}',
                   ${quoted(event.before)}, ${quoted(event.after)}, '${last.hash}', '${hash}')`,
            );
            last = { sequence: i + 1, hash };
          }
          await database.change(
            `UPDATE access_state SET audit_sequence = ${last.sequence}, audit_hash = '${last.hash}'`,
          );
          for (const [name, id] of Object.entries(ids))
            await database.change(
              `INSERT INTO roles (id, name, description, built_in) VALUES (${id}, '${name}', '', ${name === 'User' ? 1 : 0})`,
            );
          expect((await cli(environment, ['seed'])).code).toBe(0);
          const rows = await database.query<{ role_id: number | null }>(
            `SELECT role_id FROM audit_events WHERE sequence <= ${told.length} ORDER BY sequence`,
          );
          expect(rows.map(({ role_id }) => role_id)).toEqual([1, null, null, null, 4, 4, 5, 4, 5, 6, null]);
          expect((await cli(environment, ['roles', 'create', 'Later'])).code).toBe(0);
          expect((await cli(environment, ['audit', 'verify'])).stderr).toBe('');
          // What was chained with its role can't be passed off as one that was not.
          await database.change("UPDATE audit_events SET role_id = NULL WHERE subject = 'role Later'");
          expect((await cli(environment, ['audit', 'verify'])).code).toBe(1);
        } finally {
          await database.drop();
        }
      });
    });
  });

  it('where somebody was, but tells only those who may see users', async () => {
    const ip = '203.0.113.217';
    const person = site.visitor();
    const fields = { email: 'placed@example.org', password: 'a password of a user' };
    const form = { ...fields, password_confirm: fields.password };
    expect((await person.post('/register', form, { 'x-forwarded-for': ip })).status).toBe(303);
    const { id } = await site.app.get(UsersService).byEmail('placed@example.org');
    const area = ['admin-read', 'admin-write', 'audit-read', 'roles-read'];
    await roles.create(operator, { name: 'Clerk', description: '', permissions: area });
    await roles.create(operator, { name: 'Auditor', description: '', permissions: [...area, 'users-read'] });
    const paths = ['', '/export', '/export?format=jsonl'].map((path) => `/admin/audit${path}`);
    for (const [role, sees] of [
      ['Clerk', false],
      ['Auditor', true],
    ] as const) {
      const { person } = await holder(site, ['User', role]);
      for (const path of [...paths, `/admin/audit?person=${id}`]) {
        const { status, body } = await person.get(path);
        expect([path, status, body.includes(ip)]).toEqual([path, 200, sees]);
      }
      const [headings] = (await person.get('/admin/audit/export')).body.split('\r\n');
      expect(
        headings!
          .replace(/^\uFEFF/, '')
          .split(',')
          .includes('ip'),
      ).toBe(sees);
    }
  });
});
