import { Global, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { listMounts } from '../access/mounts';
import { RequestsModule } from '../requests/requests.module';
import { ErrorsFilter } from './errors.filter';
import { ForbiddenFilter } from './forbidden.filter';
import { HealthController } from './health.controller';
import { mounts } from './mounts';
import { Outage } from './outage';
import { RunningRequests } from './running-requests';
import { UploadRoom } from './upload-room';

// Handlers of every feature that take a file ask for room.
@Global()
@Module({
  imports: [TerminusModule.forRoot({ logger: false }), RequestsModule],
  controllers: [HealthController],
  // Nest asks the last one first: the catch-all stands before the one for refusals.
  providers: [
    Outage,
    RunningRequests,
    UploadRoom,
    listMounts(Object.values(mounts)),
    { provide: APP_FILTER, useClass: ErrorsFilter },
    { provide: APP_FILTER, useClass: ForbiddenFilter },
  ],
  exports: [UploadRoom],
})
export class WebModule {}
