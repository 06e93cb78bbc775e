import { Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { AccountsModule } from '../accounts/accounts.module';
import { CredentialsModule } from '../credentials/credentials.module';
import { FactorsModule } from '../factors/factors.module';
import { SessionStore } from '../sessions/session-store';
import { SessionSerializer } from '../sessions/session.serializer';
import { SessionsModule } from '../sessions/sessions.module';
import { AttemptLimits } from './attempt-limits';
import { LocalStrategy } from './local.strategy';
import { LoginController } from './login.controller';
import { LogoutController } from './logout.controller';
import { OwnPassword } from './own-password.service';
import { PasskeyController } from './passkey.controller';
import { RegisterController } from './register.controller';
import { SecondStep } from './second-step.service';
import { SignIn } from './sign-in.service';
import { TwoFactorController } from './two-factor.controller';
import { VerifyController } from './verify.controller';
import { WelcomeController } from './welcome.controller';

@Module({
  imports: [
    AccountsModule,
    CredentialsModule,
    FactorsModule,
    SessionsModule,
    PassportModule.register({ session: true }),
  ],
  controllers: [
    LoginController,
    LogoutController,
    PasskeyController,
    RegisterController,
    TwoFactorController,
    VerifyController,
    WelcomeController,
  ],
  providers: [AttemptLimits, LocalStrategy, OwnPassword, SecondStep, SessionSerializer, SessionStore, SignIn],
  exports: [AttemptLimits, OwnPassword, SecondStep, SessionStore],
})
export class AuthModule {}
