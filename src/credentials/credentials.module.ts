import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module';
import { MailModule } from '../mail/mail.module';
import { NoticesModule } from '../notices/notices.module';
import { AccountReclaims } from './account-reclaims.service';
import { EmailConfirmations } from './email-confirmations.service';
import { PasswordChanges } from './password-changes.service';
import { PasswordLinks } from './password-links.service';
import { PasswordPolicy } from './password-policy';
import { Passwords } from './passwords';

const services = [AccountReclaims, EmailConfirmations, PasswordChanges, PasswordLinks, PasswordPolicy, Passwords];

@Module({ imports: [AccountsModule, MailModule, NoticesModule], providers: services, exports: services })
export class CredentialsModule {}
