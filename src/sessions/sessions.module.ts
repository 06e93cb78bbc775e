import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module';
import { UsersModule } from '../users/users.module';
import { Sessions } from './sessions.service';

const services = [Sessions];

@Module({ imports: [AccountsModule, UsersModule], providers: services, exports: services })
export class SessionsModule {}
