import { Table, type MigrationInterface, type QueryRunner, type TableColumnOptions } from 'typeorm';
import { isSqlite } from '../engine';

/**
 * People, roles, permissions, grants, sessions, limits and the audit log. Each step bears being
 * repeated: MariaDB keeps the tables a killed start had made.
 */
export class CreateAccess1767225600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const column = columnsFor(runner);
    for (const table of tables(column)) await runner.createTable(new Table(table), true);
    const rows = (await runner.query('SELECT id FROM access_state WHERE id = 1')) as unknown[];
    if (rows.length === 0)
      await runner.query(
        "INSERT INTO access_state (id, version, turn, people, active_people) VALUES (1, 'initial', 'initial', 0, 0)",
      );
  }

  async down(runner: QueryRunner): Promise<void> {
    const names = tables(columnsFor(runner)).map((table) => table.name);
    for (const name of names.reverse()) await runner.dropTable(name, true);
  }
}

type Columns = ReturnType<typeof columnsFor>;

function columnsFor(runner: QueryRunner) {
  const sqlite = isSqlite(runner);
  // SQLite compares by bytes; MySQL and MariaDB must be told to, or they take "jose" for "josé".
  const byBytes = sqlite ? {} : { charset: 'utf8mb4', collation: 'utf8mb4_bin' };
  const plain =
    (type: string) =>
    (name: string, more: Partial<TableColumnOptions> = {}): TableColumnOptions => ({ name, type, ...more });
  return {
    id: (): TableColumnOptions => ({
      name: 'id',
      type: sqlite ? 'integer' : 'int',
      isPrimary: true,
      isGenerated: true,
      generationStrategy: 'increment',
    }),
    integer: plain(sqlite ? 'integer' : 'int'),
    milliseconds: plain('bigint'),
    yesNo: plain(sqlite ? 'boolean' : 'tinyint'),
    time: plain('datetime'),
    text: (name: string, length: number, more: Partial<TableColumnOptions> = {}): TableColumnOptions => ({
      name,
      type: 'varchar',
      length: String(length),
      ...byBytes,
      ...more,
    }),
    longText: (name: string, more: Partial<TableColumnOptions> = {}): TableColumnOptions => ({
      name,
      type: 'text',
      ...byBytes,
      ...more,
    }),
  };
}

function tables({ id, integer, milliseconds, yesNo, time, text, longText }: Columns) {
  const optional = { isNullable: true };
  const moment = { precision: 3 };
  const references = (name: string, column: string, table: string, referenced = 'id') => ({
    name,
    columnNames: [column],
    referencedTableName: table,
    referencedColumnNames: [referenced],
    onDelete: 'CASCADE',
    onUpdate: 'NO ACTION',
  });
  return [
    {
      name: 'access_state',
      columns: [
        integer('id', { isPrimary: true }),
        text('version', 32),
        text('turn', 32),
        integer('people', { default: 0 }),
        integer('active_people', { default: 0 }),
        time('superuser_made_at', { ...moment, ...optional }),
      ],
    },
    {
      name: 'users',
      columns: [
        id(),
        text('email', 254),
        text('name', 100, { default: "''" }),
        text('password_hash', 255, { default: "''" }),
        yesNo('has_configured_password', { default: 0 }),
        yesNo('active', { default: 0 }),
        text('access_version', 32),
        time('created_at', moment),
        time('last_sign_in_at', { ...moment, ...optional }),
      ],
      indices: [{ name: 'users_email', columnNames: ['email'], isUnique: true }],
    },
    {
      name: 'roles',
      columns: [
        id(),
        text('name', 64),
        text('description', 255, { default: "''" }),
        yesNo('built_in', { default: 0 }),
        integer('holders', { default: 0 }),
      ],
      indices: [{ name: 'roles_name', columnNames: ['name'], isUnique: true }],
    },
    {
      name: 'permissions',
      columns: [text('name', 64, { isPrimary: true }), text('description', 255), time('since', moment)],
    },
    {
      name: 'role_permissions',
      columns: [integer('role_id', { isPrimary: true }), text('permission', 64, { isPrimary: true })],
      indices: [{ name: 'role_permissions_permission', columnNames: ['permission'] }],
      foreignKeys: [
        references('fk_role_permissions_role', 'role_id', 'roles'),
        references('fk_role_permissions_permission', 'permission', 'permissions', 'name'),
      ],
    },
    {
      name: 'grants',
      columns: [
        id(),
        integer('user_id'),
        integer('role_id'),
        integer('granted_by', optional),
        time('granted_at', moment),
        time('ends_at', { ...moment, ...optional }),
        text('reason', 255, optional),
      ],
      indices: [
        { name: 'grants_user_role', columnNames: ['user_id', 'role_id'], isUnique: true },
        { name: 'grants_role', columnNames: ['role_id'] },
      ],
      foreignKeys: [references('fk_grants_user', 'user_id', 'users'), references('fk_grants_role', 'role_id', 'roles')],
    },
    {
      name: 'sessions',
      columns: [
        text('id', 64, { isPrimary: true }),
        integer('user_id'),
        longText('data'),
        yesNo('remember', { default: 0 }),
        milliseconds('created_at'),
        milliseconds('seen_at'),
        milliseconds('expires_at'),
        text('ip', 45, optional),
        text('agent', 255, optional),
      ],
      indices: [
        { name: 'sessions_user', columnNames: ['user_id'] },
        { name: 'sessions_expires', columnNames: ['expires_at'] },
      ],
      foreignKeys: [references('fk_sessions_user', 'user_id', 'users')],
    },
    {
      name: 'audit_events',
      columns: [
        { ...id(), name: 'sequence' },
        time('at', moment),
        text('actor', 64),
        text('action', 64),
        text('subject', 320),
        longText('before', optional),
        longText('after', optional),
        text('reason', 255, optional),
        text('ip', 45, optional),
        text('request_id', 36, optional),
      ],
    },
    {
      name: 'rate_limits',
      columns: [text('name', 120, { isPrimary: true }), integer('points'), milliseconds('expires_at')],
      indices: [{ name: 'rate_limits_expires', columnNames: ['expires_at'] }],
    },
  ];
}
