import { Module } from '@nestjs/common';
import { CredentialsModule } from '../credentials/credentials.module';
import { RequestsModule } from '../requests/requests.module';
import { RolesModule } from '../roles/roles.module';
import { SessionsModule } from '../sessions/sessions.module';
import { AccountsModule } from '../accounts/accounts.module';
import { UsersModule } from '../users/users.module';
import { AuthModule } from '../auth/auth.module';
import { AccountController } from './account.controller';
import { ChangePasswordAddressController } from './change-password-address.controller';
import { HistoryController } from './history.controller';
import { PasswordController } from './password.controller';
import { RequestController } from './request.controller';
import { SessionsController } from './sessions.controller';

@Module({
  imports: [AccountsModule, AuthModule, CredentialsModule, RequestsModule, RolesModule, SessionsModule, UsersModule],
  controllers: [
    AccountController,
    ChangePasswordAddressController,
    HistoryController,
    PasswordController,
    RequestController,
    SessionsController,
  ],
})
export class AccountModule {}
