import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addIndex, hasIndex } from '../../database/migration-steps/add-index';

const table = 'sign_in_events';
const ofPerson = { name: 'sign_in_events_person', columnNames: ['user_id', 'last_at'] };
const ofNetwork = { name: 'sign_in_events_network', columnNames: ['ip', 'last_at'] };
const ofUser = { name: 'sign_in_events_user', columnNames: ['user_id'] };

/** The latest of one person, and from one network, are found by an index. */
export class IndexSignInsToBeFound1769558400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addIndex(runner, table, ofPerson);
    await addIndex(runner, table, ofNetwork);
    if (await hasIndex(runner, table, ofUser.name)) await runner.dropIndex(table, ofUser.name);
  }

  async down(runner: QueryRunner): Promise<void> {
    await addIndex(runner, table, ofUser);
    await runner.dropIndex(table, ofNetwork.name);
    await runner.dropIndex(table, ofPerson.name);
  }
}
