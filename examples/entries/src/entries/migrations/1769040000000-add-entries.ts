import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { tableParts } from '../../database/table-parts';

/** People may send entries in. */
export class AddEntries1769040000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const { id, text, longText, day, yesOrNo, number, time, keyTo, index } = tableParts(runner);
    const entries = new Table({
      name: 'entries',
      columns: [
        id(),
        text('title', 100),
        text('kind', 16),
        longText('description'),
        yesOrNo('needs_piano'),
        day('wanted_on', { isNullable: true }),
        number('mark', { isNullable: true }),
        time('sent_at'),
        number('sender_id'),
        number('judge_id', { isNullable: true }),
      ],
      indices: [index('entries_sender', ['sender_id', 'id']), index('entries_mark', ['mark', 'id'])],
      foreignKeys: [
        keyTo('users', { from: 'entries', column: 'sender_id', whenGone: 'delete' }),
        keyTo('users', { from: 'entries', column: 'judge_id', whenGone: 'set null' }),
      ],
    });
    await runner.createTable(entries, true);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('entries', true);
  }
}
