import { Logger } from '@nestjs/common';
import { Command, CommandRunner } from 'nest-commander';
import { say, warningsOnly } from '../command-line/output';
import { Seeder } from './seeder';
import { SettingsCheck } from './settings-check';

@Command({ name: 'seed', description: 'bring the database up to date: tables, catalogue, built-in roles, superuser' })
export class SeedCommand extends CommandRunner {
  constructor(
    private readonly seeder: Seeder,
    private readonly settingsCheck: SettingsCheck,
  ) {
    super();
  }

  async run(): Promise<void> {
    Logger.overrideLogger(warningsOnly);
    await this.seeder.seed();
    await this.settingsCheck.warn();
    say('The database is up to date.');
  }
}
