import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { isSqlite } from '../engine';

/** People may ask for access. */
export class AddAccessRequests1767744000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(new Table(accessRequests(runner)), true);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('access_requests', true);
  }
}

function accessRequests(runner: QueryRunner) {
  const sqlite = isSqlite(runner);
  // SQLite compares by bytes; MySQL and MariaDB must be told to.
  const byBytes = sqlite ? {} : { charset: 'utf8mb4', collation: 'utf8mb4_bin' };
  const integer = sqlite ? 'integer' : 'int';
  const optional = { isNullable: true };
  const text = (name: string, length: number) => ({ name, type: 'varchar', length: String(length), ...byBytes });
  const time = (name: string) => ({ name, type: 'datetime', precision: 3 });
  return {
    name: 'access_requests',
    columns: [
      { name: 'id', type: integer, isPrimary: true, isGenerated: true, generationStrategy: 'increment' as const },
      { name: 'user_id', type: integer },
      text('route', 255),
      { name: 'rule', type: 'text', ...byBytes },
      text('reason', 255),
      text('state', 16),
      { ...text('open_for', 64), ...optional },
      time('created_at'),
      { ...time('decided_at'), ...optional },
      { name: 'decided_by', type: integer, ...optional },
      { ...text('answer', 255), ...optional },
    ],
    indices: [
      { name: 'access_requests_open', columnNames: ['user_id', 'open_for'], isUnique: true },
      { name: 'access_requests_user', columnNames: ['user_id', 'id'] },
      { name: 'access_requests_state', columnNames: ['state', 'id'] },
    ],
    foreignKeys: [
      {
        name: 'fk_access_requests_user',
        columnNames: ['user_id'],
        referencedTableName: 'users',
        referencedColumnNames: ['id'],
        onDelete: 'CASCADE',
        onUpdate: 'NO ACTION',
      },
    ],
  };
}
