import { Module } from '@nestjs/common';
import { RolesModule } from '../roles/roles.module';
import { UsersModule } from '../users/users.module';
import { AccessController } from './access.controller';
import { AdminController } from './admin.controller';
import { AuditController } from './audit.controller';
import { RequestsController } from './requests.controller';

@Module({
  imports: [RolesModule, UsersModule],
  controllers: [AdminController, AccessController, AuditController, RequestsController],
})
export class AdminModule {}
