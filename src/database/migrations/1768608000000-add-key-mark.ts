import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isSqlite } from '../engine';

/** By what the key of the passwords is recognised; the seeder, which has the key, writes it. */
export class AddKeyMark1768608000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const byBytes = isSqlite(runner) ? '' : ' CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
    // TypeORM's own way would copy the whole table on SQLite.
    if (!(await runner.hasColumn('access_state', 'key_mark')))
      await runner.query(`ALTER TABLE access_state ADD COLUMN key_mark varchar(64)${byBytes} NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE access_state DROP COLUMN key_mark');
  }
}
