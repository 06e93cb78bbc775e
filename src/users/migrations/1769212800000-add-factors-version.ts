import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isSqlite } from '../../database/engine';

/** Which second factors somebody has, in one word; nobody has any yet. */
export class AddFactorsVersion1769212800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (await runner.hasColumn('users', 'factors_version')) return;
    const byBytes = isSqlite(runner) ? '' : ' CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
    await runner.query(`ALTER TABLE users ADD COLUMN factors_version varchar(32)${byBytes} NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users DROP COLUMN factors_version');
  }
}
