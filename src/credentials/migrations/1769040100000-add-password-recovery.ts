import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether somebody asked for a link to set their password themselves. */
export class AddPasswordRecovery1769040100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // TypeORM's own way would copy the whole table on SQLite.
    if (!(await runner.hasColumn('password_links', 'is_recovery')))
      await runner.query('ALTER TABLE password_links ADD COLUMN is_recovery boolean NOT NULL DEFAULT 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE password_links DROP COLUMN is_recovery');
  }
}
