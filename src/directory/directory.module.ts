import { Module } from '@nestjs/common';
import { RolesModule } from '../roles/roles.module';
import { AccountsModule } from '../accounts/accounts.module';
import { UsersModule } from '../users/users.module';
import { AllUsers } from './all-users.service';
import { RoleHolders } from './role-holders.service';
import { UserDirectory } from './user-directory.service';

const services = [AllUsers, RoleHolders, UserDirectory];

@Module({ imports: [AccountsModule, RolesModule, UsersModule], providers: services, exports: services })
export class DirectoryModule {}
