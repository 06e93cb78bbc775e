import { Module } from '@nestjs/common';
import { RolesModule } from '../roles/roles.module';
import { UsersModule } from '../users/users.module';
import { AccessController } from './access.controller';
import { AdminController } from './admin.controller';
import { AuditController } from './audit.controller';
import { NewUserController } from './new-user.controller';
import { PasswordLinkController } from './password-link.controller';
import { UserSessionsController } from './user-sessions.controller';

@Module({
  imports: [RolesModule, UsersModule],
  controllers: [
    AdminController,
    AccessController,
    AuditController,
    NewUserController,
    PasswordLinkController,
    UserSessionsController,
  ],
})
export class AdminModule {}
