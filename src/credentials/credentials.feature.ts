import { accountOf } from '../audit/describe-event';
import { defineFeature } from '../feature';
import { CredentialsModule } from './credentials.module';
import { AddPasswordRecovery1769040100000 } from './migrations/1769040100000-add-password-recovery';
import { PasswordLink } from './password-link.entity';

const events = {
  'user.change-password': (who: string, whom: string) => `${who} changed the password of ${accountOf(who, whom)}`,
  'user.make-link': 'made a link by which {subject} can set a password',
  'user.recover': (_who: string, whom: string) => `${whom} asked for a link to set a new password`,
  'user.set-password': (_who: string, whom: string) => `${whom} set a password by a link`,
} as const;

declare module '../audit/event-names' {
  interface EventsOfFeatures extends Record<keyof typeof events, true> {}
}

declare module '../mail/mail-names' {
  interface MailsOfFeatures {
    'password-recovery': Record<never, never>;
  }
  interface LinksOfFeatures {
    password: true;
  }
}

/** Passwords, and the links by which people set their own. */
export const credentials = defineFeature({
  name: 'credentials',
  module: CredentialsModule,
  entities: [PasswordLink],
  migrations: [AddPasswordRecovery1769040100000],
  events,
  mails: { 'password-recovery': { subject: 'Set a new password' } },
  links: [],
});
