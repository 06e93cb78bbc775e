import { Module } from '@nestjs/common';
import { RolesModule } from '../roles/roles.module';
import { AccessQuestions } from './access-questions.service';
import { Passwords } from './passwords';
import { Principals } from './principals.service';
import { RoleHolders } from './role-holders.service';
import { UsersService } from './users.service';

@Module({
  imports: [RolesModule],
  providers: [AccessQuestions, Passwords, Principals, RoleHolders, UsersService],
  exports: [AccessQuestions, Passwords, Principals, RoleHolders, UsersService],
})
export class UsersModule {}
