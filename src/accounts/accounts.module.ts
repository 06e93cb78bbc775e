import { Module } from '@nestjs/common';
import { AccountEnds } from './account-end';
import { Principals } from './principals.service';
import { UserGrants } from './user-grants.service';
import { UserRenames } from './user-renames.service';
import { UserTransactions } from './user-transactions.service';
import { UsersService } from './users.service';

const services = [AccountEnds, Principals, UserGrants, UserRenames, UserTransactions, UsersService];

@Module({ providers: services, exports: services })
export class AccountsModule {}
