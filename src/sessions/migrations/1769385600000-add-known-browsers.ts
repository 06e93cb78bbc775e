import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { tableParts } from '../../database/table-parts';
import { addColumn, textType } from '../../database/migration-steps/add-column';

/** In which browsers people have signed in before, and in which each session is. */
export class AddKnownBrowsers1769385600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { number, text, keyTo, index } = tableParts(runner);
    const table = new Table({
      name: 'known_browsers',
      columns: [
        { ...number('user_id'), isPrimary: true },
        { ...text('browser', 64), isPrimary: true },
        { name: 'seen_at', type: 'bigint' },
      ],
      foreignKeys: [keyTo('users', { from: 'known_browsers', column: 'user_id', whenGone: 'delete' })],
      indices: [index('known_browsers_user', ['user_id']), index('known_browsers_seen', ['seen_at'])],
    });
    await runner.createTable(table, true);
    await addColumn(runner, 'sessions', 'browser', `${textType(runner, 64)} NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sessions DROP COLUMN browser');
    await runner.dropTable('known_browsers', true);
  }
}
