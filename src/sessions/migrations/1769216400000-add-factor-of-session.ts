import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isSqlite } from '../../database/engine';

/** Which second factor opened a session; those of before were opened by a password alone. */
export class AddFactorOfSession1769216400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (await runner.hasColumn('sessions', 'factor')) return;
    const byBytes = isSqlite(runner) ? '' : ' CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
    await runner.query(`ALTER TABLE sessions ADD COLUMN factor varchar(20)${byBytes} NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sessions DROP COLUMN factor');
  }
}
