import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addIndex } from '../migration-steps/add-index';

/** What many people hold, and when, is read from an index alone. */
export class IndexTerms1767830400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addIndex(runner, 'grants', {
      name: 'grants_terms',
      columnNames: ['user_id', 'role_id', 'starts_at', 'ends_at'],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('grants', 'grants_terms');
  }
}
