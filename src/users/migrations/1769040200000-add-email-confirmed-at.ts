import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn } from '../../database/migration-steps/add-column';

/** When people proved that their address is theirs: nobody of an older installation has. */
export class AddEmailConfirmedAt1769040200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'users', 'email_confirmed_at', 'datetime(3) NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users DROP COLUMN email_confirmed_at');
  }
}
