import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module';
import { FlowCookie } from './flow-cookie';
import { Sessions } from './sessions.service';

const services = [FlowCookie, Sessions];

@Module({ imports: [AccountsModule], providers: services, exports: services })
export class SessionsModule {}
