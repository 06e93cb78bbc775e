import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

describe('the sources', () => {
  const root = join(__dirname, '../src');
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'))
    .map((path) => ({ path: relative('.', path), text: readFileSync(join(root, path), 'utf8') }));
  const filesWith = (pattern: RegExp) =>
    sources
      .filter(({ text }) => pattern.test(text))
      .map(({ path }) => path)
      .sort();

  it('reach the database in src/database only', () => {
    const files = filesWith(
      /DataSource\b|InjectRepository|InjectEntityManager|getRepository|forFeature|better-sqlite3'|mysql2/,
    );
    expect(files.filter((path) => !path.startsWith('database/'))).toEqual([]);
  });

  it('begin a transaction only where records are kept', () => {
    expect(filesWith(/\.changeAccess\(/)).toEqual([
      'audit/audit-chaining.service.ts',
      'database/database.ts',
      'roles/roles.service.ts',
      'seed/seeder.ts',
      'users/changes.service.ts',
      'users/password-links.service.ts',
      'users/request-decisions.service.ts',
      'users/sessions.service.ts',
      'users/user-transactions.service.ts',
      'users/users.service.ts',
    ]);
    expect(filesWith(/\.transaction\(/)).toEqual([
      'audit/sign-in-events.ts',
      'auth/attempt-counter.ts',
      'auth/housekeeping.ts',
      'auth/session-store.ts',
      'database/database.ts',
      'users/access-requests.service.ts',
      'users/password-changes.service.ts',
      'users/sessions.service.ts',
    ]);
  });

  it.each([
    [
      'User',
      [
        'roles/held-until.ts',
        'users/access-requests.service.ts',
        'users/password-changes.service.ts',
        'users/password-links.service.ts',
        'users/sessions.service.ts',
        'users/user-grants.service.ts',
        'users/user-renames.service.ts',
        'users/users.service.ts',
      ],
    ],
    ['Grant', ['roles/held-until.ts', 'users/grant-rows.ts']],
    ['Role', ['roles/role-rows.ts', 'roles/roles.service.ts', 'users/grant-rows.ts', 'users/users.service.ts']],
    ['UserWord', ['users/stored-names.ts']],
    ['RoleKey', ['roles/role-rows.ts']],
    ['RolePermission', ['roles/role-rows.ts', 'roles/roles.service.ts']],
    ['Permission', ['roles/role-catalogue.service.ts']],
    ['AuditEvent', ['audit/audit-chaining.service.ts', 'audit/audit.service.ts', 'audit/erasure.ts']],
    ['SignInEvent', ['audit/sign-in-events.ts', 'auth/housekeeping.ts']],
  ])('write a %s in the one way there is', (entity, writers) => {
    const writes =
      'insert|update|upsert|delete|save|remove|softDelete|softRemove|restore|recover|increment|decrement|clear';
    expect(filesWith(new RegExp(`\\.(${writes})\\(\\s*'?${entity}\\b`))).toEqual(writers);
  });

  it('write nothing past the entities', () => {
    const files = filesWith(
      /\b(INSERT (IGNORE )?INTO|REPLACE INTO|UPDATE \w+ SET|DELETE FROM|TRUNCATE)\b|createQueryBuilder\(\)\s*\.(insert|update|delete)/,
    );
    expect(files.filter((path) => !path.startsWith('database/migrations/'))).toEqual(['database/upsert.ts']);
  });
});
