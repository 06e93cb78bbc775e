import { Module } from '@nestjs/common';
import { RolesModule } from '../roles/roles.module';
import { UsersModule } from '../users/users.module';
import { AccessController } from './access.controller';
import { AdminController } from './admin.controller';
import { Attention } from './attention';
import { AuditController } from './audit.controller';

@Module({
  imports: [RolesModule, UsersModule],
  providers: [Attention],
  controllers: [AdminController, AccessController, AuditController],
})
export class AdminModule {}
