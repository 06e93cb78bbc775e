import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module';
import { UsersModule } from '../users/users.module';
import { AccountController } from './account.controller';
import { PasswordController } from './password.controller';
import { SessionsController } from './sessions.controller';

@Module({
  imports: [AuthModule, UsersModule],
  controllers: [AccountController, PasswordController, SessionsController],
})
export class AccountModule {}
