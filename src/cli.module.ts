import { Module } from '@nestjs/common';
import { auditCommands } from './audit/audit.command';
import { DoctorCommand } from './command-line/doctor.command';
import { PasswordOption } from './command-line/password-option';
import { CoreModule } from './core.module';
import { permissionsCommands } from './roles/permissions.command';
import { RolesModule } from './roles/roles.module';
import { SeedCommand } from './seed/seed.command';
import { SeedModule } from './seed/seed.module';
import { accessCommands } from './users/access.command';
import { rolesCommands } from './users/roles.command';
import { usersCommands } from './users/users.command';
import { UsersModule } from './users/users.module';

/** The command line: the same house without its pages. Its commands act as the operator. */
@Module({
  imports: [CoreModule, RolesModule, SeedModule, UsersModule],
  providers: [
    DoctorCommand,
    PasswordOption,
    SeedCommand,
    ...accessCommands,
    ...auditCommands,
    ...permissionsCommands,
    ...rolesCommands,
    ...usersCommands,
  ],
})
export class CliModule {}
