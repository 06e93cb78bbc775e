import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module';
import { Sessions } from './sessions.service';

const services = [Sessions];

@Module({ imports: [UsersModule], providers: services, exports: services })
export class SessionsModule {}
