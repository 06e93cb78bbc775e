import { Table, TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';

const columns = [
  ['access_state', 'audit_sequence', 'int'],
  ['access_state', 'audit_hash', 'text of 64'],
  ['audit_events', 'personal', 'long text'],
  ['audit_events', 'previous_hash', 'text of 64'],
  ['audit_events', 'hash', 'text of 64'],
] as const;

const indices = [
  { name: 'audit_events_subject', columnNames: ['subject', 'sequence'] },
  { name: 'audit_events_actor', columnNames: ['actor', 'sequence'] },
  { name: 'audit_events_action', columnNames: ['action', 'sequence'] },
  { name: 'audit_events_at', columnNames: ['at'] },
];

/**
 * Place for the chain of the audit log, for personal data outside it, and for the record of sign-ins. What is there
 * already is chained by the seeder, which has the key. Each step bears being repeated.
 */
export class AddAuditChain1767312000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const types = typesFor(runner);
    for (const [table, column, type] of columns)
      // TypeORM's own way would copy the whole table on SQLite.
      if (!(await runner.hasColumn(table, column)))
        await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} ${types[type]}`);
    const known = new Set((await runner.getTable('audit_events'))?.indices.map(({ name }) => name));
    for (const index of indices.filter(({ name }) => !known.has(name)))
      await runner.createIndex('audit_events', new TableIndex(index));
    await runner.createTable(new Table(signInEvents(runner)), true);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('sign_in_events', true);
    for (const { name } of indices) await runner.dropIndex('audit_events', name);
    for (const [table, column] of columns) await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
  }
}

function isSqlite(runner: QueryRunner): boolean {
  return runner.dataSource.options.type === 'better-sqlite3';
}

function typesFor(runner: QueryRunner) {
  // SQLite compares by bytes; MySQL and MariaDB must be told to.
  const byBytes = isSqlite(runner) ? '' : ' CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
  return {
    int: isSqlite(runner) ? 'integer' : 'int',
    'text of 64': `varchar(64)${byBytes}`,
    'long text': `text${byBytes}`,
  };
}

function signInEvents(runner: QueryRunner) {
  const byBytes = isSqlite(runner) ? {} : { charset: 'utf8mb4', collation: 'utf8mb4_bin' };
  const integer = isSqlite(runner) ? 'integer' : 'int';
  const text = (name: string, length: number) => ({ name, type: 'varchar', length: String(length), ...byBytes });
  return {
    name: 'sign_in_events',
    columns: [
      { ...text('id', 64), isPrimary: true },
      text('kind', 32),
      { name: 'user_id', type: integer, isNullable: true },
      text('ip', 45),
      { ...text('route', 255), isNullable: true },
      { name: 'first_at', type: 'bigint' },
      { name: 'last_at', type: 'bigint' },
      { name: 'count', type: integer },
    ],
    indices: [{ name: 'sign_in_events_last', columnNames: ['last_at'] }],
  };
}
