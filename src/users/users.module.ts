import { Module } from '@nestjs/common';
import { RolesModule } from '../roles/roles.module';
import { AccessQuestions } from './access-questions.service';
import { AccessRequests } from './access-requests.service';
import { Changes } from './changes.service';
import { Neglected } from './neglected.service';
import { PasswordLinks } from './password-links.service';
import { PasswordPolicy } from './password-policy';
import { Passwords } from './passwords';
import { Principals } from './principals.service';
import { RequestDecisions } from './request-decisions.service';
import { RoleHolders } from './role-holders.service';
import { Sessions } from './sessions.service';
import { UserDirectory } from './user-directory.service';
import { UserHoldings } from './user-holdings.service';
import { UsersService } from './users.service';

const services = [
  AccessQuestions,
  AccessRequests,
  Changes,
  Neglected,
  PasswordLinks,
  PasswordPolicy,
  Passwords,
  Principals,
  RequestDecisions,
  RoleHolders,
  Sessions,
  UserDirectory,
  UserHoldings,
  UsersService,
];

@Module({ imports: [RolesModule], providers: services, exports: services })
export class UsersModule {}
