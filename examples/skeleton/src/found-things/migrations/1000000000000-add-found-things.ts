import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { tableParts } from '../../database/table-parts';

export class AddFoundThings1000000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { id, text, time } = tableParts(runner);
    await runner.createTable(
      new Table({ name: 'found_things', columns: [id(), text('name', 100), time('added_at')] }),
      true,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('found_things', true);
  }
}
