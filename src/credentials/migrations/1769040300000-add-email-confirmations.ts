import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { tableParts } from '../../database/table-parts';

/** Registrations that wait until their address is proven, and addresses of accounts to be proven. */
export class AddEmailConfirmations1769040300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { text, number, epoch, index, keyTo } = tableParts(runner);
    const table = new Table({
      name: 'email_confirmations',
      columns: [
        { ...text('id', 32), isPrimary: true },
        number('user_id', { isNullable: true }),
        text('email', 254),
        text('email_key', 254),
        text('name', 100, { default: "''" }),
        text('password_hash', 255, { default: "''" }),
        epoch('created_at'),
        epoch('expires_at'),
      ],
      indices: [
        index('email_confirmations_user', ['user_id']),
        index('email_confirmations_key', ['email_key']),
        index('email_confirmations_expires', ['expires_at']),
      ],
      foreignKeys: [keyTo('users', { from: 'email_confirmations', column: 'user_id', whenGone: 'delete' })],
    });
    await runner.createTable(table, true);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('email_confirmations', true);
  }
}
