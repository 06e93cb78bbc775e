import { Module } from '@nestjs/common';
import { UserNames } from './user-names.service';

const services = [UserNames];

@Module({ providers: services, exports: services })
export class UsersModule {}
