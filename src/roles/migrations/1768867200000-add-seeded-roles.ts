import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { isSqlite } from '../../database/engine';

/** The plain roles that features brought: made once, so that one which was deleted does not come again. */
export class AddSeededRoles1768867200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const sqlite = isSqlite(runner);
    const byBytes = sqlite ? {} : { charset: 'utf8mb4', collation: 'utf8mb4_bin' };
    const table = new Table({
      name: 'seeded_roles',
      columns: [
        { name: 'name', type: 'varchar', length: '64', isPrimary: true, ...byBytes },
        { name: 'role_id', type: sqlite ? 'integer' : 'int', isNullable: true },
        { name: 'since', type: 'datetime', precision: 3 },
      ],
    });
    await runner.createTable(table, true);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('seeded_roles', true);
  }
}
