import { Inject } from '@nestjs/common';
import { Command, CommandRunner } from 'nest-commander';
import { misspeltSettings } from '../config/environment';
import { settings, type Settings } from '../config/settings';
import { weakSettings } from '../config/weak-settings';
import { Database } from '../database/database';
import { say } from './output';

/** What the site warns about at its start, without a start and without opening the database. */
@Command({
  name: 'doctor',
  description: 'say what is to mend: weak secrets, misspelt settings, what others can see of the database',
})
export class DoctorCommand extends CommandRunner {
  constructor(
    @Inject(settings.KEY) private readonly settings: Settings,
    private readonly database: Database,
  ) {
    super();
  }

  async run(): Promise<void> {
    const toMend = [...(await weakSettings(this.settings)), ...misspeltSettings(), ...this.database.exposures()];
    toMend.forEach(say);
    if (toMend.length > 0) process.exitCode = 1;
    else say('Nothing to mend.');
  }
}
