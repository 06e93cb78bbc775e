import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { tableParts } from '../../database/table-parts';

/** Authenticator apps, and the codes for when one is lost. */
export class AddSecondFactors1769220000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { text, number, keyTo, index } = tableParts(runner);
    const apps = new Table({
      name: 'authenticator_apps',
      columns: [
        { ...number('user_id'), isPrimary: true },
        text('secret', 255),
        { name: 'created_at', type: 'bigint' },
        { name: 'confirmed_at', type: 'bigint', isNullable: true },
        number('last_step', { default: 0 }),
      ],
      foreignKeys: [keyTo('users', { from: 'authenticator_apps', column: 'user_id', whenGone: 'delete' })],
    });
    const codes = new Table({
      name: 'recovery_codes',
      columns: [{ ...text('hash', 64), isPrimary: true }, number('user_id')],
      indices: [index('recovery_codes_user', ['user_id'])],
      foreignKeys: [keyTo('users', { from: 'recovery_codes', column: 'user_id', whenGone: 'delete' })],
    });
    for (const table of [apps, codes]) await runner.createTable(table, true);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['recovery_codes', 'authenticator_apps']) await runner.dropTable(table, true);
  }
}
