import { Module } from '@nestjs/common';
import { RolesModule } from '../roles/roles.module';
import { UsersModule } from '../users/users.module';
import { AccessController } from './access.controller';
import { AdminController } from './admin.controller';

@Module({ imports: [RolesModule, UsersModule], controllers: [AdminController, AccessController] })
export class AdminModule {}
