import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, textType } from '../../database/migration-steps/add-column';

/** Which second factor opened a session; those of before were opened by a password alone. */
export class AddFactorOfSession1769216400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'sessions', 'factor', `${textType(runner, 20)} NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sessions DROP COLUMN factor');
  }
}
