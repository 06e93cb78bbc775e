import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module';
import { AuthModule } from '../auth/auth.module';
import { CredentialsModule } from '../credentials/credentials.module';
import { FactorsModule } from '../factors/factors.module';
import { NoticesModule } from '../notices/notices.module';
import { RequestsModule } from '../requests/requests.module';
import { SessionsModule } from '../sessions/sessions.module';
import { UsersModule } from '../users/users.module';
import { AccountController } from './account.controller';
import { ActivityController } from './activity.controller';
import { ChangePasswordAddressController } from './change-password-address.controller';
import { CodesShownOnce } from './codes-shown-once';
import { EmailController } from './email.controller';
import { HistoryController } from './history.controller';
import { PasskeysController } from './passkeys.controller';
import { PasswordController } from './password.controller';
import { ProfileController } from './profile.controller';
import { RequestController } from './request.controller';
import { SessionsController } from './sessions.controller';
import { SecondFactorsController } from './second-factors.controller';

@Module({
  imports: [
    AccountsModule,
    AuthModule,
    CredentialsModule,
    FactorsModule,
    NoticesModule,
    RequestsModule,
    SessionsModule,
    UsersModule,
  ],
  controllers: [
    AccountController,
    ActivityController,
    ChangePasswordAddressController,
    EmailController,
    HistoryController,
    PasskeysController,
    PasswordController,
    ProfileController,
    RequestController,
    SessionsController,
    SecondFactorsController,
  ],
  providers: [CodesShownOnce],
})
export class AccountModule {}
