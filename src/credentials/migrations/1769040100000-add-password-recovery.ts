import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn } from '../../database/migration-steps/add-column';

/** Whether somebody asked for a link to set their password themselves. */
export class AddPasswordRecovery1769040100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'password_links', 'is_recovery', 'boolean NOT NULL DEFAULT 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE password_links DROP COLUMN is_recovery');
  }
}
