import { TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';
import { isSqlite } from '../engine';
import { addIndex, hasIndex } from '../migration-steps/add-index';

const indices = [
  { table: 'users', name: 'users_name', columnNames: ['name_key', 'id'] },
  { table: 'users', name: 'users_last_sign_in', columnNames: ['last_sign_in_at', 'id'] },
  { table: 'users', name: 'users_active', columnNames: ['active', 'id'] },
  { table: 'users', name: 'users_active_email', columnNames: ['active', 'email'] },
  { table: 'users', name: 'users_active_name', columnNames: ['active', 'name_key', 'id'] },
  { table: 'users', name: 'users_active_last_sign_in', columnNames: ['active', 'last_sign_in_at', 'id'] },
  { table: 'grants', name: 'grants_role_user', columnNames: ['role_id', 'user_id'] },
];

/** Every order in which people are listed has its index. The form of names that is searched, a later version has elsewhere. */
export class IndexPeople1767484800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (!(await runner.hasColumn('users', 'name_key')))
      // TypeORM's own way copies the whole table on SQLite.
      await runner.query(`ALTER TABLE users ADD COLUMN name_key varchar(100)${byBytes(runner)} NOT NULL DEFAULT ''`);
    for (const { table, ...index } of indices) await addIndex(runner, table, index);
    // After its successor: the foreign key needs one of them.
    if (await hasIndex(runner, 'grants', 'grants_role')) await runner.dropIndex('grants', 'grants_role');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.createIndex('grants', new TableIndex({ name: 'grants_role', columnNames: ['role_id'] }));
    for (const { table, name } of indices) await runner.dropIndex(table, name);
    await runner.query('ALTER TABLE users DROP COLUMN name_key');
  }
}

function byBytes(runner: QueryRunner): string {
  // SQLite compares by bytes; MySQL and MariaDB must be told to.
  return isSqlite(runner) ? '' : ' CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
}
