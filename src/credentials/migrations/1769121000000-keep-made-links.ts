import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addIndex, hasIndex } from '../../database/migration-steps/add-index';

/** Somebody can have a link that was made for them beside one that they asked for themselves. */
export class KeepMadeLinks1769121000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const columnNames = ['user_id', 'is_recovery'];
    await addIndex(runner, 'password_links', { name: 'password_links_one', columnNames, isUnique: true });
    // A server wants an index for the key to users at any time, so this one goes last.
    if (await hasIndex(runner, 'password_links', 'password_links_user'))
      await runner.dropIndex('password_links', 'password_links_user');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DELETE FROM password_links WHERE is_recovery = 1');
    await addIndex(runner, 'password_links', { name: 'password_links_user', columnNames: ['user_id'], isUnique: true });
    await runner.dropIndex('password_links', 'password_links_one');
  }
}
