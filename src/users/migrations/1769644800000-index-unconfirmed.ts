import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addIndex } from '../../database/migration-steps/add-index';

/** People whose address nobody has confirmed are found by an index, however many others there are. */
export class IndexUnconfirmed1769644800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addIndex(runner, 'users', { name: 'users_confirmed', columnNames: ['email_confirmed_at', 'id'] });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('users', 'users_confirmed');
  }
}
