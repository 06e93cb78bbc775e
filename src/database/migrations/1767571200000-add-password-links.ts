import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { isSqlite } from '../engine';

/** Place for the links by which people set their passwords. */
export class AddPasswordLinks1767571200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(new Table(passwordLinks(runner)), true);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('password_links', true);
  }
}

function passwordLinks(runner: QueryRunner) {
  const sqlite = isSqlite(runner);
  const byBytes = sqlite ? {} : { charset: 'utf8mb4', collation: 'utf8mb4_bin' };
  const integer = sqlite ? 'integer' : 'int';
  return {
    name: 'password_links',
    columns: [
      { name: 'id', type: 'varchar', length: '32', ...byBytes, isPrimary: true },
      { name: 'user_id', type: integer },
      { name: 'made_by', type: integer, isNullable: true },
      { name: 'created_at', type: 'bigint' },
      { name: 'expires_at', type: 'bigint' },
    ],
    indices: [
      { name: 'password_links_user', columnNames: ['user_id'], isUnique: true },
      { name: 'password_links_expires', columnNames: ['expires_at'] },
    ],
    foreignKeys: [
      {
        name: 'fk_password_links_user',
        columnNames: ['user_id'],
        referencedTableName: 'users',
        referencedColumnNames: ['id'],
        onDelete: 'CASCADE',
        onUpdate: 'NO ACTION',
      },
    ],
  };
}
