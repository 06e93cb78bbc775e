import { accountOf } from '../audit/describe-event';
import { defineFeature } from '../feature';
import { CredentialsModule } from './credentials.module';
import { EmailConfirmation } from './email-confirmation.entity';
import { AddEmailConfirmations1769040300000 } from './migrations/1769040300000-add-email-confirmations';
import { AddPasswordRecovery1769040100000 } from './migrations/1769040100000-add-password-recovery';
import { KeepMadeLinks1769121000000 } from './migrations/1769121000000-keep-made-links';
import { PasswordLink } from './password-link.entity';

const events = {
  'user.change-password': (who: string, whom: string) => `${who} changed the password of ${accountOf(who, whom)}`,
  'user.make-link': 'made a link by which {subject} can set a password',
  'user.recover': (_who: string, whom: string) => `${whom} asked for a link to set a new password`,
  'user.confirm-email': (_who: string, whom: string) => `${whom} confirmed their address`,
  'user.not-me': (_who: string, whom: string) => `${whom} said that somebody else was in their account`,
  'user.set-password': (_who: string, whom: string) => `${whom} set a password by a link`,
} as const;

declare module '../audit/event-names' {
  interface EventsOfFeatures extends Record<keyof typeof events, true> {}
}

declare module '../mail/mail-names' {
  interface MailsOfFeatures {
    'password-recovery': Record<never, never>;
    'password-link': Record<never, never>;
    'account-reclaimed': Record<never, never>;
    'confirm-address': { isRegistration: number };
    'address-known': { isActive: number };
    'account-reported': { person: number };
  }
  interface MailRequestsOfFeatures {
    recovery: { ip: string; requestId: string };
    registration: { confirmation: string; ip: string };
  }
  interface LinksOfFeatures {
    password: true;
    email: true;
  }
}

/** Passwords, and the links by which people set their own. */
export const credentials = defineFeature({
  name: 'credentials',
  module: CredentialsModule,
  entities: [EmailConfirmation, PasswordLink],
  migrations: [AddPasswordRecovery1769040100000, AddEmailConfirmations1769040300000, KeepMadeLinks1769121000000],
  events,
  mails: {
    'password-recovery': { subject: 'Set a new password' },
    'password-link': { subject: 'Set your password' },
    'account-reclaimed': { subject: 'Take your account back: set a new password' },
    'confirm-address': { subject: 'Confirm your address' },
    'account-reported': { subject: 'Somebody else was in an account' },
    'address-known': { subject: 'You already have an account' },
  },
  told: {
    'user.change-password': 'Your password was changed',
    'user.not-me': 'You told us that it wasn’t you, and everybody was signed out of your account',
    'user.set-password': 'Your password was set by a link',
  },
  links: [],
});
