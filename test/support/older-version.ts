import { DataSource } from 'typeorm';
import { Database } from '../../src/database/database';
import { migrations } from './migrations';
import type { Site } from './site';

/** Takes the newest migrations back, from the one that is named on, lets `work` write rows as they were, and runs them again. */
export async function beforeMigration(site: Site, name: string, work: () => Promise<void>): Promise<void> {
  const newest = migrations.slice(migrations.findIndex((migration) => migration.name === name));
  const runner = site.app.get(DataSource).createQueryRunner();
  for (const migration of [...newest].reverse()) await new migration().down(runner);
  for (const migration of newest) await runner.query(`DELETE FROM migrations WHERE name = '${migration.name}'`);
  await work();
  await site.app.get(Database).openAndMigrate();
  await runner.release();
}
