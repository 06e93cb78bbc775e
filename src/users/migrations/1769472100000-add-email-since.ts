import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Since when people have their address; of an older installation nobody's is new. */
export class AddEmailSince1769472100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // TypeORM's own way would copy the whole table on SQLite.
    if (!(await runner.hasColumn('users', 'email_since')))
      await runner.query('ALTER TABLE users ADD COLUMN email_since datetime(3) NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users DROP COLUMN email_since');
  }
}
