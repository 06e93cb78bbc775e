import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { tableParts } from '../../database/table-parts';

/** The mails that are to be sent, and for a while those that were. */
export class AddOutbox1769040000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { id, text, longText, number, yesOrNo, epoch, index, keyTo } = tableParts(runner);
    const table = new Table({
      name: 'outbox',
      columns: [
        id(),
        text('message_id', 32),
        text('template', 64),
        yesOrNo('is_request', { default: 0 }),
        number('user_id', { isNullable: true }),
        text('address', 254),
        text('link_kind', 32, { isNullable: true }),
        text('link_id', 32, { isNullable: true }),
        longText('data'),
        epoch('created_at'),
        epoch('tried_since'),
        number('attempts', { default: 0 }),
        epoch('due_at', { isNullable: true }),
        text('claim', 32, { isNullable: true }),
        epoch('sent_at', { isNullable: true }),
        epoch('failed_at', { isNullable: true }),
        text('fault', 255, { isNullable: true }),
      ],
      indices: [
        index('outbox_message', ['message_id'], true),
        index('outbox_due', ['due_at']),
        index('outbox_failed', ['failed_at']),
        index('outbox_user', ['user_id']),
      ],
      foreignKeys: [keyTo('users', { from: 'outbox', column: 'user_id', whenGone: 'delete' })],
    });
    await runner.createTable(table, true);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('outbox', true);
  }
}
