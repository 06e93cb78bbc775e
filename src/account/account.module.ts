import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module';
import { AuthModule } from '../auth/auth.module';
import { CredentialsModule } from '../credentials/credentials.module';
import { RequestsModule } from '../requests/requests.module';
import { SessionsModule } from '../sessions/sessions.module';
import { UsersModule } from '../users/users.module';
import { AccountController } from './account.controller';
import { ChangePasswordAddressController } from './change-password-address.controller';
import { HistoryController } from './history.controller';
import { PasswordController } from './password.controller';
import { RequestController } from './request.controller';
import { SessionsController } from './sessions.controller';

@Module({
  imports: [AccountsModule, AuthModule, CredentialsModule, RequestsModule, SessionsModule, UsersModule],
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
