import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { tableParts } from '../../database/table-parts';

/** What people are told about their accounts, and the links by which they say that it wasn't them. */
export class AddAccountNotices1769472000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { id, text, longText, number, epoch, index, keyTo } = tableParts(runner);
    const notices = new Table({
      name: 'account_notices',
      columns: [
        id(),
        number('user_id'),
        text('event', 64),
        text('done_by', 8),
        longText('details'),
        text('browser', 100, { isNullable: true }),
        text('ip', 45, { isNullable: true }),
        epoch('at'),
      ],
      indices: [index('account_notices_user', ['user_id', 'id']), index('account_notices_at', ['at'])],
      foreignKeys: [keyTo('users', { from: 'account_notices', column: 'user_id', whenGone: 'delete' })],
    });
    const links = new Table({
      name: 'not_me_links',
      columns: [{ ...text('id', 32), isPrimary: true }, number('user_id'), text('address', 254), epoch('expires_at')],
      indices: [index('not_me_links_user', ['user_id']), index('not_me_links_expires', ['expires_at'])],
      foreignKeys: [keyTo('users', { from: 'not_me_links', column: 'user_id', whenGone: 'delete' })],
    });
    await runner.createTable(notices, true);
    await runner.createTable(links, true);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('not_me_links', true);
    await runner.dropTable('account_notices', true);
  }
}
