import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module';
import { CredentialsModule } from '../credentials/credentials.module';
import { SessionsModule } from '../sessions/sessions.module';
import { AuthenticatorApps } from './authenticator-apps.service';
import { Encryption } from './encryption';
import { FactorChanges } from './factor-changes.service';
import { Passkeys } from './passkeys.service';
import { RecoveryCodes } from './recovery-codes.service';
import { SecondFactors } from './second-factors.service';
import { UnprovenFactors } from './unproven-factors.service';

const services = [
  AuthenticatorApps,
  Encryption,
  FactorChanges,
  Passkeys,
  RecoveryCodes,
  SecondFactors,
  UnprovenFactors,
];

@Module({ imports: [AccountsModule, CredentialsModule, SessionsModule], providers: services, exports: services })
export class FactorsModule {}
