import { Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { AccountsModule } from '../accounts/accounts.module';
import { CredentialsModule } from '../credentials/credentials.module';
import { FactorsModule } from '../factors/factors.module';
import { MailModule } from '../mail/mail.module';
import { NoticesModule } from '../notices/notices.module';
import { SessionStore } from '../sessions/session-store';
import { SessionSerializer } from '../sessions/session.serializer';
import { SessionsModule } from '../sessions/sessions.module';
import { AddressProof } from './address-proof.service';
import { AttackedAccounts } from './attacked-accounts.service';
import { AttemptLimits } from './attempt-limits';
import { CodesLeft } from './codes-left.service';
import { ConfirmEmailController } from './confirm-email.controller';
import { EmailChangeMails } from './email-change-mails.service';
import { ForgotPasswordController } from './forgot-password.controller';
import { LocalStrategy } from './local.strategy';
import { LoginController } from './login.controller';
import { LogoutController } from './logout.controller';
import { NotMeController } from './not-me.controller';
import { SignInMessage } from './sign-in-message';
import { OwnPassword } from './own-password.service';
import { PasskeyController } from './passkey.controller';
import { Recovery } from './recovery.service';
import { RegisterController } from './register.controller';
import { Registrations } from './registrations.service';
import { SignIn } from './sign-in.service';
import { PasswordChoice } from './password-choice.service';
import { PasswordCheck } from './password-check.service';
import { SecondStepController } from './second-step.controller';
import { UndoEmailController } from './undo-email.controller';
import { VerifyController } from './verify.controller';
import { WelcomeController } from './welcome.controller';

@Module({
  imports: [
    AccountsModule,
    CredentialsModule,
    FactorsModule,
    MailModule,
    NoticesModule,
    SessionsModule,
    PassportModule.register({ session: true }),
  ],
  controllers: [
    ConfirmEmailController,
    ForgotPasswordController,
    LoginController,
    LogoutController,
    NotMeController,
    PasskeyController,
    RegisterController,
    SecondStepController,
    UndoEmailController,
    VerifyController,
    WelcomeController,
  ],
  providers: [
    AddressProof,
    AttackedAccounts,
    AttemptLimits,
    CodesLeft,
    EmailChangeMails,
    LocalStrategy,
    SignInMessage,
    OwnPassword,
    PasswordChoice,
    Recovery,
    Registrations,
    SignIn,
    SessionSerializer,
    SessionStore,
    PasswordCheck,
  ],
  exports: [AttemptLimits, OwnPassword, PasswordChoice, SignIn, SessionStore],
})
export class AuthModule {}
