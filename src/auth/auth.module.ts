import { Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { CredentialsModule } from '../credentials/credentials.module';
import { RolesModule } from '../roles/roles.module';
import { SessionsModule } from '../sessions/sessions.module';
import { AccountsModule } from '../accounts/accounts.module';
import { UsersModule } from '../users/users.module';
import { AttemptLimits } from './attempt-limits';
import { LocalStrategy } from './local.strategy';
import { LoginController } from './login.controller';
import { LogoutController } from './logout.controller';
import { RegisterController } from './register.controller';
import { SessionSerializer } from '../sessions/session.serializer';
import { SessionStore } from '../sessions/session-store';
import { SignIn } from './sign-in.service';
import { WelcomeController } from './welcome.controller';

@Module({
  imports: [
    AccountsModule,
    CredentialsModule,
    RolesModule,
    SessionsModule,
    UsersModule,
    PassportModule.register({ session: true }),
  ],
  controllers: [LoginController, LogoutController, RegisterController, WelcomeController],
  providers: [AttemptLimits, LocalStrategy, SessionSerializer, SessionStore, SignIn],
  exports: [AttemptLimits, SessionStore],
})
export class AuthModule {}
