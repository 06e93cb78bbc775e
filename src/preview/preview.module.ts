import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module';
import { RolesModule } from '../roles/roles.module';
import { UsersModule } from '../users/users.module';
import { Changes } from './changes.service';

const services = [Changes];

@Module({ imports: [AccountsModule, RolesModule, UsersModule], providers: services, exports: services })
export class PreviewModule {}
