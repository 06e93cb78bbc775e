import { Inject } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Command, CommandRunner } from 'nest-commander';
import { misspeltSettings } from '../config/environment';
import { settings, type Settings } from '../config/settings';
import { weakSettings } from '../config/weak-settings';
import { Database } from '../database/database';
import { CheckedByDoctor } from './doctor-check';
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
    private readonly discovery: DiscoveryService,
  ) {
    super();
  }

  async run(): Promise<void> {
    const ofFeatures = await Promise.all(CheckedByDoctor.partsIn(this.discovery).map((part) => part.thingsToMend()));
    const toMend = [
      ...(await weakSettings(this.settings)),
      ...misspeltSettings(),
      ...this.database.exposures(),
      ...ofFeatures.flat(),
    ];
    toMend.forEach(say);
    if (toMend.length > 0) process.exitCode = 1;
    else say('Nothing to mend.');
  }
}
