import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { tableParts } from '../../database/table-parts';

/** Passkeys, and the challenges that they have answered. */
export class AddPasskeys1769223600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { id, text, longText, number, keyTo, index } = tableParts(runner);
    const passkeys = new Table({
      name: 'passkeys',
      columns: [
        id(),
        number('user_id'),
        text('credential_hash', 64),
        longText('credential_id'),
        longText('public_key'),
        { name: 'counter', type: 'bigint' },
        text('name', 100),
        { name: 'created_at', type: 'bigint' },
        { name: 'last_used_at', type: 'bigint', isNullable: true },
      ],
      indices: [index('passkeys_user', ['user_id']), index('passkeys_credential', ['credential_hash'], true)],
      foreignKeys: [keyTo('users', { from: 'passkeys', column: 'user_id', whenGone: 'delete' })],
    });
    const challenges = new Table({
      name: 'used_challenges',
      columns: [
        { ...text('hash', 64), isPrimary: true },
        { name: 'used_at', type: 'bigint' },
      ],
      indices: [index('used_challenges_used', ['used_at'])],
    });
    for (const table of [passkeys, challenges]) await runner.createTable(table, true);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['used_challenges', 'passkeys']) await runner.dropTable(table, true);
  }
}
