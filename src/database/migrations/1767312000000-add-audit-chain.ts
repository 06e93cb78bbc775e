import { Table, TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';
import { isSqlite } from '../engine';
import type { MigrationHelp } from '../migration-help';
import { addColumn } from '../migration-steps/add-column';

const columns = [
  ['personal', 'long text'],
  ['previous_hash', 'text of 64'],
  ['hash', 'text of 64'],
] as const;

const indices = [
  { name: 'audit_events_subject', columnNames: ['subject', 'sequence'] },
  { name: 'audit_events_actor', columnNames: ['actor', 'sequence'] },
  { name: 'audit_events_action', columnNames: ['action', 'sequence'] },
  { name: 'audit_events_at', columnNames: ['at'] },
];

/**
 * The chain of the audit log, a place for personal data outside it, and the record of sign-ins. What was recorded
 * before is chained here, and never again: by then the column of the head stands, or the table that it moved to later.
 * Each step can be repeated.
 */
export class AddAuditChain1767312000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const types = typesFor(runner);
    for (const [column, type] of columns) await addColumn(runner, 'audit_events', column, types[type]);
    const known = new Set((await runner.getTable('audit_events'))?.indices.map(({ name }) => name));
    for (const index of indices.filter(({ name }) => !known.has(name)))
      await runner.createIndex('audit_events', new TableIndex(index));
    await runner.createTable(new Table(signInEvents(runner)), true);
    await addHead(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('sign_in_events', true);
    for (const { name } of indices) await runner.dropIndex('audit_events', name);
    for (const [column] of columns) await runner.query(`ALTER TABLE audit_events DROP COLUMN ${column}`);
    for (const column of ['audit_sequence', 'audit_hash'])
      await runner.query(`ALTER TABLE access_state DROP COLUMN ${column}`);
  }
}

/** On a server the column of the hash comes into being with the hash in it, as a start can be killed between any two statements. */
async function addHead(runner: QueryRunner): Promise<void> {
  if (await runner.hasTable('audit_head')) return;
  const types = typesFor(runner);
  if (!(await runner.hasColumn('access_state', 'audit_hash'))) {
    const head = await headOfOldLog(runner);
    await addColumn(runner, 'access_state', 'audit_sequence', types.int);
    await runner.query('UPDATE access_state SET audit_sequence = ?', [head?.sequence ?? null]);
    const given = head && !isSqlite(runner) ? ` DEFAULT '${head.hash}'` : '';
    await addColumn(runner, 'access_state', 'audit_hash', types['text of 64'] + given);
    if (isSqlite(runner)) await runner.query('UPDATE access_state SET audit_hash = ?', [head?.hash ?? null]);
  }
  if (!isSqlite(runner)) await runner.query('ALTER TABLE access_state ALTER COLUMN audit_hash SET DEFAULT NULL');
}

/** null where somebody has made this migration run a second time: such a log stays broken. */
async function headOfOldLog(runner: QueryRunner): Promise<{ sequence: number; hash: string } | null> {
  const later = (await runner.query(
    'SELECT name FROM migrations WHERE timestamp > 1767312000000 LIMIT 1',
  )) as unknown[];
  if (later.length > 0) return null;
  const events = (await runner.query('SELECT sequence FROM audit_events LIMIT 1')) as unknown[];
  if (events.length === 0) return { sequence: 0, hash: '0'.repeat(64) };
  const { help } = runner.data as { help?: MigrationHelp };
  if (!help)
    throw new Error('The audit log of this database is not chained yet. Start the site, or run "npm run seed".');
  return help.chainOldLog(runner.manager);
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
