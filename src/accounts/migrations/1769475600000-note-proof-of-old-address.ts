import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn } from '../../database/migration-steps/add-column';

/** Whether the address that may come back was proven. Of changes from before nobody knows: they come back as they did. */
export class NoteProofOfOldAddress1769475600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'email_changes', 'was_proven', 'boolean NOT NULL DEFAULT 1');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE email_changes DROP COLUMN was_proven');
  }
}
