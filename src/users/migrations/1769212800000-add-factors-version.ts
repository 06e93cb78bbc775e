import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, textType } from '../../database/migration-steps/add-column';

/** Which second factors somebody has, in one word; nobody has any yet. */
export class AddFactorsVersion1769212800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'users', 'factors_version', `${textType(runner, 32)} NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users DROP COLUMN factors_version');
  }
}
