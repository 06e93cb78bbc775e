import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addIndex } from '../../database/migration-steps/add-index';

/** The latest of one kind are found by an index, however much else happened. */
export class IndexSignInKinds1769385700000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addIndex(runner, 'sign_in_events', { name: 'sign_in_events_kind', columnNames: ['kind', 'last_at'] });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('sign_in_events', 'sign_in_events_kind');
  }
}
