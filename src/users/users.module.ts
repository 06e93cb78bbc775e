import { Module } from '@nestjs/common';
import { RolesModule } from '../roles/roles.module';
import { Passwords } from './passwords';
import { Principals } from './principals.service';
import { UsersService } from './users.service';

@Module({
  imports: [RolesModule],
  providers: [Passwords, Principals, UsersService],
  exports: [Passwords, Principals, UsersService],
})
export class UsersModule {}
