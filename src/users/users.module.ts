import { Module } from '@nestjs/common';
import { RolesModule } from '../roles/roles.module';
import { AccessQuestions } from './access-questions.service';
import { Changes } from './changes.service';
import { PasswordLinks } from './password-links.service';
import { Passwords } from './passwords';
import { Principals } from './principals.service';
import { Sessions } from './sessions.service';
import { UsersService } from './users.service';

@Module({
  imports: [RolesModule],
  providers: [AccessQuestions, Changes, PasswordLinks, Passwords, Principals, Sessions, UsersService],
  exports: [AccessQuestions, Changes, PasswordLinks, Passwords, Principals, Sessions, UsersService],
})
export class UsersModule {}
