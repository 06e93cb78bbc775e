import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module';
import { PasswordChanges } from './password-changes.service';
import { PasswordLinks } from './password-links.service';
import { PasswordPolicy } from './password-policy';
import { Passwords } from './passwords';

const services = [PasswordChanges, PasswordLinks, PasswordPolicy, Passwords];

@Module({ imports: [AccountsModule], providers: services, exports: services })
export class CredentialsModule {}
