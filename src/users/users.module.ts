import { Module } from '@nestjs/common';
import { RolesModule } from '../roles/roles.module';
import { AccountEnds } from './account-end';
import { AccessQuestions } from './access-questions.service';
import { AccessRequests } from './access-requests.service';
import { AllUsers } from './all-users.service';
import { Changes } from './changes.service';
import { Neglected } from './neglected.service';
import { PasswordChanges } from './password-changes.service';
import { PasswordLinks } from './password-links.service';
import { PasswordPolicy } from './password-policy';
import { Passwords } from './passwords';
import { Principals } from './principals.service';
import { RequestDecisions } from './request-decisions.service';
import { RoleHolders } from './role-holders.service';
import { Sessions } from './sessions.service';
import { UserDirectory } from './user-directory.service';
import { UserGrants } from './user-grants.service';
import { UserHoldings } from './user-holdings.service';
import { UserNames } from './user-names.service';
import { UserRenames } from './user-renames.service';
import { UserTransactions } from './user-transactions.service';
import { UsersService } from './users.service';

const services = [
  AccountEnds,
  AccessQuestions,
  AccessRequests,
  AllUsers,
  Changes,
  Neglected,
  PasswordChanges,
  PasswordLinks,
  PasswordPolicy,
  Passwords,
  Principals,
  RequestDecisions,
  RoleHolders,
  Sessions,
  UserDirectory,
  UserGrants,
  UserHoldings,
  UserNames,
  UserRenames,
  UserTransactions,
  UsersService,
];

@Module({ imports: [RolesModule], providers: services, exports: services })
export class UsersModule {}
