import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module';
import { MailModule } from '../mail/mail.module';
import { EmailConfirmations } from './email-confirmations.service';
import { PasswordChanges } from './password-changes.service';
import { PasswordLinks } from './password-links.service';
import { PasswordPolicy } from './password-policy';
import { Passwords } from './passwords';

const services = [EmailConfirmations, PasswordChanges, PasswordLinks, PasswordPolicy, Passwords];

@Module({ imports: [AccountsModule, MailModule], providers: services, exports: services })
export class CredentialsModule {}
