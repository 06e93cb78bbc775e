import { Module } from '@nestjs/common';
import { RolesModule } from '../roles/roles.module';
import { UsersModule } from '../users/users.module';
import { AccessController } from './access.controller';
import { AdminController } from './admin.controller';
import { AuditController } from './audit.controller';
import { RoleChangesController } from './role-changes.controller';
import { UserChangesController } from './user-changes.controller';

@Module({
  imports: [RolesModule, UsersModule],
  controllers: [AdminController, AccessController, AuditController, UserChangesController, RoleChangesController],
})
export class AdminModule {}
