import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { tableParts } from '../../database/table-parts';

/** The plain roles that features brought: made once, so that one which was deleted does not come again. */
export class AddSeededRoles1768867200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { text, number, time } = tableParts(runner);
    const table = new Table({
      name: 'seeded_roles',
      columns: [{ ...text('name', 64), isPrimary: true }, number('role_id', { isNullable: true }), time('since')],
    });
    await runner.createTable(table, true);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('seeded_roles', true);
  }
}
