import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn } from '../../database/migration-steps/add-column';

/** Since when people have their address; of an older installation nobody's is new. */
export class AddEmailSince1769472100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'users', 'email_since', 'datetime(3) NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users DROP COLUMN email_since');
  }
}
