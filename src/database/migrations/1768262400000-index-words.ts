import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { storedWords } from '../../text/search-words';
import { isSqlite } from '../engine';
import { addIndex, hasIndex } from '../migration-steps/add-index';

const BATCH = 100;

const ofNames = [
  { name: 'users_name', columnNames: ['name_key', 'id'] },
  { name: 'users_active_name', columnNames: ['active', 'name_key', 'id'] },
];

/** People are found by any word of their names and addresses, no longer by their beginnings alone. */
export class IndexWords1768262400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(new Table(userWords(runner)), true);
    await fill(runner);
    for (const { name } of ofNames) if (await hasIndex(runner, 'users', name)) await runner.dropIndex('users', name);
    if (await runner.hasColumn('users', 'name_key')) await runner.query('ALTER TABLE users DROP COLUMN name_key');
  }

  async down(runner: QueryRunner): Promise<void> {
    const collation = isSqlite(runner) ? '' : ' CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
    await runner.query(`ALTER TABLE users ADD COLUMN name_key varchar(100)${collation} NOT NULL DEFAULT ''`);
    for (const index of ofNames) await addIndex(runner, 'users', index);
    await runner.dropTable('user_words', true);
  }
}

function userWords(runner: QueryRunner) {
  // SQLite compares by bytes; MySQL and MariaDB must be told to.
  const byBytes = isSqlite(runner) ? {} : { charset: 'utf8mb4', collation: 'utf8mb4_bin' };
  return {
    name: 'user_words',
    columns: [
      { name: 'word', type: 'varchar', length: '64', ...byBytes, isPrimary: true },
      { name: 'user_id', type: isSqlite(runner) ? 'integer' : 'int', isPrimary: true },
    ],
    indices: [{ name: 'user_words_user', columnNames: ['user_id'] }],
    foreignKeys: [
      {
        name: 'fk_user_words_user',
        columnNames: ['user_id'],
        referencedTableName: 'users',
        referencedColumnNames: ['id'],
        onDelete: 'CASCADE',
        onUpdate: 'NO ACTION',
      },
    ],
  };
}

/** In the order of their ids; a start that was killed goes on behind the last one it had come to. */
async function fill(runner: QueryRunner): Promise<void> {
  const [done] = (await runner.query('SELECT MAX(user_id) AS id FROM user_words')) as { id: number | null }[];
  for (let after = done?.id ?? 0; ;) {
    const people = (await runner.query(`SELECT id, name, email FROM users WHERE id > ? ORDER BY id LIMIT ${BATCH}`, [
      after,
    ])) as { id: number; name: string; email: string }[];
    const last = people.at(-1);
    if (!last) return;
    const rows = people.flatMap((person) => storedWords(person).map((word) => [word, person.id]));
    await runner.query(`INSERT INTO user_words (word, user_id) VALUES ${rows.map(() => '(?, ?)').join()}`, rows.flat());
    after = last.id;
  }
}
