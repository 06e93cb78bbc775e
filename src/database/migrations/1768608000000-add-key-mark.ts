import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumn, textType } from '../migration-steps/add-column';

/** By what the key of the passwords is recognised; the seeder, which has the key, writes it. */
export class AddKeyMark1768608000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumn(runner, 'access_state', 'key_mark', `${textType(runner, 64)} NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE access_state DROP COLUMN key_mark');
  }
}
