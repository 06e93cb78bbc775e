import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn } from '../../database/migration-steps/add-column';

/** When the person of a session last proved who they are: at first as it was opened. */
export class AddProofs1769299200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'sessions', 'proved_at', 'bigint NOT NULL DEFAULT 0');
    await runner.query('UPDATE sessions SET proved_at = created_at WHERE proved_at = 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sessions DROP COLUMN proved_at');
  }
}
