import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { isSqlite } from '../engine';
import { addIndex } from '../migration-steps/add-index';
import { addColumn } from '../migration-steps/add-column';

const indices = [
  { table: 'users', name: 'users_active_held_until', columnNames: ['active', 'held_until'] },
  { table: 'grants', name: 'grants_ends', columnNames: ['ends_at'] },
];

/**
 * What the first page of the administration shows without counting: figures of each day, until when somebody holds any
 * role, which grants end soon, and who the superuser is. Each step bears being repeated.
 */
export class CountForTheDashboard1767657600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(new Table(dailyFigures(runner)), true);
    await fillDailyFigures(runner);
    await addColumn(runner, 'access_state', 'superuser_id', `${isSqlite(runner) ? 'integer' : 'int'} NULL`);
    await runner.query(
      'UPDATE access_state SET superuser_id = (SELECT MIN(id) FROM users WHERE has_configured_password = 1)',
    );
    await addColumn(runner, 'users', 'held_until', 'datetime(3) NULL');
    await fillHeldUntil(runner);
    for (const { table, ...index } of indices) await addIndex(runner, table, index);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { table, name } of indices) await runner.dropIndex(table, name);
    await runner.query('ALTER TABLE users DROP COLUMN held_until');
    await runner.query('ALTER TABLE access_state DROP COLUMN superuser_id');
    await runner.dropTable('daily_figures', true);
  }
}

function dailyFigures(runner: QueryRunner) {
  const byBytes = isSqlite(runner) ? {} : { charset: 'utf8mb4', collation: 'utf8mb4_bin' };
  const key = (name: string, length: string) => ({ name, type: 'varchar', length, ...byBytes, isPrimary: true });
  return {
    name: 'daily_figures',
    columns: [key('day', '10'), key('kind', '64'), { name: 'count', type: isSqlite(runner) ? 'integer' : 'int' }],
  };
}

async function fillDailyFigures(runner: QueryRunner): Promise<void> {
  const dayOfMilliseconds = isSqlite(runner)
    ? "date(first_at / 1000, 'unixepoch')"
    : "SUBSTR(DATE_ADD('1970-01-01', INTERVAL first_at DIV 1000 SECOND), 1, 10)";
  await runner.query('DELETE FROM daily_figures');
  await runner.query(
    `INSERT INTO daily_figures (day, kind, count)
       SELECT SUBSTR(at, 1, 10), action, COUNT(*) FROM audit_events GROUP BY SUBSTR(at, 1, 10), action`,
  );
  await runner.query(
    `INSERT INTO daily_figures (day, kind, count)
       SELECT ${dayOfMilliseconds}, kind, SUM(count) FROM sign_in_events GROUP BY ${dayOfMilliseconds}, kind`,
  );
}

async function fillHeldUntil(runner: QueryRunner, atOnce = 5000): Promise<void> {
  const [newest] = (await runner.query('SELECT MAX(id) AS id FROM users')) as { id: number | null }[];
  for (let after = 0; after < (newest?.id ?? 0); after += atOnce)
    await runner.query(
      `UPDATE users SET held_until = (
         SELECT CASE WHEN COUNT(*) > COUNT(g.ends_at) THEN NULL
             ELSE COALESCE(MAX(g.ends_at), '1970-01-01 00:00:00.000') END
           FROM grants g WHERE g.user_id = users.id)
         WHERE id > ? AND id <= ?`,
      [after, after + atOnce],
    );
}
