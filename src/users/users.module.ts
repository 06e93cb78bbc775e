import { Module } from '@nestjs/common';
import { RolesModule } from '../roles/roles.module';
import { AccessQuestions } from './access-questions.service';
import { Changes } from './changes.service';
import { Passwords } from './passwords';
import { Principals } from './principals.service';
import { UsersService } from './users.service';

@Module({
  imports: [RolesModule],
  providers: [AccessQuestions, Changes, Passwords, Principals, UsersService],
  exports: [AccessQuestions, Changes, Passwords, Principals, UsersService],
})
export class UsersModule {}
