import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A grant may begin later than it is given. */
export class StartGrants1767398400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (await runner.hasColumn('grants', 'starts_at')) return;
    // TypeORM's own way copies the whole table on SQLite.
    await runner.query('ALTER TABLE grants ADD COLUMN starts_at datetime(3) NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('grants', 'starts_at');
  }
}
