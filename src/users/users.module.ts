import { Module } from '@nestjs/common';
import { RolesModule } from '../roles/roles.module';
import { AccessQuestions } from './access-questions.service';
import { Passwords } from './passwords';
import { Principals } from './principals.service';
import { UserDirectory } from './user-directory.service';
import { UserHoldings } from './user-holdings.service';
import { UsersService } from './users.service';

@Module({
  imports: [RolesModule],
  providers: [AccessQuestions, Passwords, Principals, UserDirectory, UserHoldings, UsersService],
  exports: [AccessQuestions, Passwords, Principals, UserDirectory, UserHoldings, UsersService],
})
export class UsersModule {}
