import { Module } from '@nestjs/common';
import { RolesModule } from '../roles/roles.module';
import { AccessQuestions } from './access-questions.service';
import { AccessRequests } from './access-requests.service';
import { Changes } from './changes.service';
import { Passwords } from './passwords';
import { Principals } from './principals.service';
import { RequestDecisions } from './request-decisions.service';
import { UsersService } from './users.service';

@Module({
  imports: [RolesModule],
  providers: [AccessQuestions, AccessRequests, Changes, Passwords, Principals, RequestDecisions, UsersService],
  exports: [AccessQuestions, AccessRequests, Changes, Passwords, Principals, RequestDecisions, UsersService],
})
export class UsersModule {}
