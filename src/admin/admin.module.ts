import { Module } from '@nestjs/common';
import { RolesModule } from '../roles/roles.module';
import { UsersModule } from '../users/users.module';
import { AdminController } from './admin.controller';
import { AuditController } from './audit.controller';

@Module({ imports: [RolesModule, UsersModule], controllers: [AdminController, AuditController] })
export class AdminModule {}
