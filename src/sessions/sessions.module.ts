import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module';
import { Sessions } from './sessions.service';

const services = [Sessions];

@Module({ imports: [AccountsModule], providers: services, exports: services })
export class SessionsModule {}
