import { Module } from '@nestjs/common';
import { AccountEnds } from './account-end';
import { Principals } from './principals.service';
import { UserNames } from './user-names.service';
import { UserRenames } from './user-renames.service';
import { UserTransactions } from './user-transactions.service';
import { UsersService } from './users.service';

const services = [AccountEnds, Principals, UserNames, UserRenames, UserTransactions, UsersService];

@Module({ providers: services, exports: services })
export class UsersModule {}
