import { Module } from '@nestjs/common';
import { RolesModule } from '../roles/roles.module';
import { UsersModule } from '../users/users.module';
import { AccessController } from './access.controller';
import { AdminController } from './admin.controller';
import { Attention } from './attention';
import { AuditController } from './audit.controller';
import { NewRoleController } from './new-role.controller';
import { NewUserController } from './new-user.controller';
import { PasswordLinkController } from './password-link.controller';
import { PeopleAttention } from './people-attention';
import { PermissionsController } from './permissions.controller';
import { PersonSections } from './person-sections';
import { RequestsController } from './requests.controller';
import { RoleChangesController } from './role-changes.controller';
import { RolesController } from './roles.controller';
import { UserController } from './user.controller';
import { UserChangesController } from './user-changes.controller';
import { UserSessionsController } from './user-sessions.controller';
import { UsersController } from './users.controller';

@Module({
  imports: [RolesModule, UsersModule],
  providers: [Attention, PeopleAttention, PersonSections],
  // The router asks the first one first: an address of words stands before one with a number in the same place.
  controllers: [
    AdminController,
    AccessController,
    AuditController,
    PermissionsController,
    NewRoleController,
    RequestsController,
    RoleChangesController,
    RolesController,
    NewUserController,
    UserChangesController,
    UsersController,
    UserController,
    PasswordLinkController,
    UserSessionsController,
  ],
})
export class AdminModule {}
