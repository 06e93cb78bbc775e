import { Module } from '@nestjs/common';
import { PreviewModule } from '../preview/preview.module';
import { RolesModule } from '../roles/roles.module';
import { AccountsModule } from '../accounts/accounts.module';
import { UsersModule } from '../users/users.module';
import { AccessRequests } from './access-requests.service';
import { RequestDecisions } from './request-decisions.service';

const services = [AccessRequests, RequestDecisions];

@Module({ imports: [AccountsModule, PreviewModule, RolesModule, UsersModule], providers: services, exports: services })
export class RequestsModule {}
