import { accountOf } from '../audit/describe-event';
import { defineFeature } from '../feature';
import { AuthenticatorApp } from './authenticator-app.entity';
import { FactorsModule } from './factors.module';
import { AddSecondFactors1769220000000 } from './migrations/1769220000000-add-second-factors';
import { AddPasskeys1769223600000 } from './migrations/1769223600000-add-passkeys';
import { Passkey } from './passkey.entity';
import { RecoveryCode } from './recovery-code.entity';
import { UsedChallenge } from './used-challenge.entity';

const events = {
  'user.set-up-app': (who: string, whom: string) => `${who} set up an authenticator app for ${accountOf(who, whom)}`,
  'user.remove-app': (who: string, whom: string) => `${who} removed the authenticator app of ${accountOf(who, whom)}`,
  'user.add-passkey': (who: string, whom: string) => `${who} added a passkey to ${accountOf(who, whom)}`,
  'user.remove-passkey': (who: string, whom: string) => `${who} removed a passkey of ${accountOf(who, whom)}`,
  'user.renew-recovery-codes': (who: string, whom: string) =>
    `${who} made new recovery codes for ${accountOf(who, whom)}`,
  'user.use-recovery-code': (_who: string, whom: string) => `${whom} used a recovery code`,
  'user.reset-factors': 'removed all second factors of {subject}',
  'user.clear-factors': (_who: string, whom: string) =>
    `${whom} removed the second factors that were set up before their address was confirmed`,
} as const;

declare module '../audit/event-names' {
  interface EventsOfFeatures extends Record<keyof typeof events, true> {}
}

/** What people show besides their password: codes of an app, passkeys, and codes on paper. */
export const factors = defineFeature({
  name: 'factors',
  module: FactorsModule,
  entities: [AuthenticatorApp, Passkey, RecoveryCode, UsedChallenge],
  migrations: [AddSecondFactors1769220000000, AddPasskeys1769223600000],
  events,
  told: {
    'user.set-up-app': 'An authenticator app was set up for your account',
    'user.remove-app': 'The authenticator app of your account was removed',
    'user.add-passkey': 'A passkey was added to your account',
    'user.remove-passkey': 'A passkey of your account was removed',
    'user.renew-recovery-codes': 'New recovery codes were made for your account',
    'user.use-recovery-code': ({ after }) => `A recovery code of yours was used: ${left(after.left)}`,
    'user.reset-factors': 'All second factors of your account were removed',
    'user.clear-factors': 'The second factors that were set up before your address was confirmed were removed',
  },
  links: [],
});

function left(count: unknown): string {
  if (count === 0) return 'none is left';
  return count === 1 ? 'one is left' : `${String(count)} are left`;
}
