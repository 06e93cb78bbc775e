import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { isSqlite } from '../../database/engine';
import { tableParts } from '../../database/table-parts';

/**
 * The head of the audit log stands in a table of its own, so that whoever appends need not wait for changes of access.
 * Each step can be repeated: as long as both of the old columns stand, they are what counts.
 */
export class AddAuditHead1768953600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { number, text } = tableParts(runner);
    const table = new Table({
      name: 'audit_head',
      columns: [
        { ...number('id'), isPrimary: true },
        number('sequence', { isNullable: true }),
        text('hash', 64, { isNullable: true }),
      ],
    });
    await runner.createTable(table, true);
    const old = await oldColumns(runner);
    if (old.length === 2) await moveHead(runner);
    // TypeORM's own way would copy the whole table on SQLite.
    for (const column of old) await runner.query(`ALTER TABLE access_state DROP COLUMN ${column}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const byBytes = isSqlite(runner) ? '' : ' CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
    await runner.query(
      `ALTER TABLE access_state ADD COLUMN audit_sequence ${isSqlite(runner) ? 'integer' : 'int'} NULL`,
    );
    await runner.query(`ALTER TABLE access_state ADD COLUMN audit_hash varchar(64)${byBytes} NULL`);
    await runner.query(
      `UPDATE access_state SET audit_sequence = (SELECT sequence FROM audit_head WHERE id = 1),
         audit_hash = (SELECT hash FROM audit_head WHERE id = 1)`,
    );
    await runner.dropTable('audit_head');
  }
}

async function oldColumns(runner: QueryRunner): Promise<string[]> {
  const columns: string[] = [];
  for (const column of ['audit_sequence', 'audit_hash'])
    if (await runner.hasColumn('access_state', column)) columns.push(column);
  return columns;
}

async function moveHead(runner: QueryRunner): Promise<void> {
  await runner.query('DELETE FROM audit_head');
  await runner.query(
    'INSERT INTO audit_head (id, sequence, hash) SELECT 1, audit_sequence, audit_hash FROM access_state',
  );
}
