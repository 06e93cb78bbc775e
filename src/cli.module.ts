import { Module } from '@nestjs/common';
import { DoctorCommand } from './command-line/doctor.command';
import { CoreModule } from './core.module';
import { commandsOf, modulesOf } from './feature';
import { PasswordOption } from './operator/password-option';
import { features } from './registered-features';
import { SeedCommand } from './seed/seed.command';
import { SeedModule } from './seed/seed.module';

/** The command line: the same house without its pages. Its commands act as the operator. */
@Module({
  imports: [CoreModule, SeedModule, ...modulesOf(features)],
  providers: [DoctorCommand, PasswordOption, SeedCommand, ...commandsOf(features)],
})
export class CliModule {}
