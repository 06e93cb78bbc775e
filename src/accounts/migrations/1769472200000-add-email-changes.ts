import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { tableParts } from '../../database/table-parts';

/** Addresses that people change, until the new one is confirmed and the old one can't undo it any more. */
export class AddEmailChanges1769472200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { text, number, epoch, index, keyTo } = tableParts(runner);
    const table = new Table({
      name: 'email_changes',
      columns: [
        { ...text('id', 32), isPrimary: true },
        number('user_id'),
        text('old_email', 254),
        text('old_email_key', 254),
        text('new_email', 254),
        text('password_mark', 64),
        epoch('asked_at'),
        epoch('confirmed_at', { isNullable: true }),
        epoch('confirm_until'),
        epoch('undo_until'),
      ],
      indices: [
        index('email_changes_user', ['user_id']),
        index('email_changes_old', ['old_email_key']),
        index('email_changes_undo', ['undo_until']),
      ],
      foreignKeys: [keyTo('users', { from: 'email_changes', column: 'user_id', whenGone: 'delete' })],
    });
    await runner.createTable(table, true);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('email_changes', true);
  }
}
