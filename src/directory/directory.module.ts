import { Module } from '@nestjs/common';
import { AllUsers } from './all-users.service';
import { RoleHolders } from './role-holders.service';
import { UserCounts } from './user-counts.service';
import { UserDirectory } from './user-directory.service';

const services = [AllUsers, RoleHolders, UserCounts, UserDirectory];

@Module({ providers: services, exports: services })
export class DirectoryModule {}
