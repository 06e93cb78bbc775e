import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { RequestsModule } from '../requests/requests.module';
import { SessionsModule } from '../sessions/sessions.module';
import { AccountsModule } from '../accounts/accounts.module';
import { UsersModule } from '../users/users.module';
import { listMounts } from '../access/mounts';
import { ErrorsFilter } from './errors.filter';
import { ForbiddenFilter } from './forbidden.filter';
import { HealthController } from './health.controller';
import { mounts } from './mounts';
import { Outage } from './outage';
import { RunningRequests } from './running-requests';

@Module({
  imports: [AccountsModule, TerminusModule.forRoot({ logger: false }), RequestsModule, SessionsModule, UsersModule],
  controllers: [HealthController],
  // Nest asks the last one first: the catch-all stands before the one for refusals.
  providers: [
    Outage,
    RunningRequests,
    listMounts(Object.values(mounts)),
    { provide: APP_FILTER, useClass: ErrorsFilter },
    { provide: APP_FILTER, useClass: ForbiddenFilter },
  ],
})
export class WebModule {}
