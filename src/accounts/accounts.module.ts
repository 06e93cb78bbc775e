import { Module } from '@nestjs/common';
import { MailModule } from '../mail/mail.module';
import { NoticesModule } from '../notices/notices.module';
import { AccountEnds } from './account-end';
import { NewEmailLinks, UndoEmailLinks } from './email-change-links';
import { EmailChanges } from './email-changes.service';
import { Principals } from './principals.service';
import { UserGrants } from './user-grants.service';
import { UserRenames } from './user-renames.service';
import { UserTransactions } from './user-transactions.service';
import { UsersService } from './users.service';

const services = [
  AccountEnds,
  EmailChanges,
  NewEmailLinks,
  Principals,
  UndoEmailLinks,
  UserGrants,
  UserRenames,
  UserTransactions,
  UsersService,
];

@Module({ imports: [MailModule, NoticesModule], providers: services, exports: services })
export class AccountsModule {}
