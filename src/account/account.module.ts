import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module';
import { UsersModule } from '../users/users.module';
import { AccountController } from './account.controller';
import { ChangePasswordAddressController } from './change-password-address.controller';
import { HistoryController } from './history.controller';
import { PasswordController } from './password.controller';
import { RequestController } from './request.controller';
import { SessionsController } from './sessions.controller';

@Module({
  imports: [AuthModule, UsersModule],
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
