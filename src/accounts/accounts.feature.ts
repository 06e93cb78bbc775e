import { accountOf } from '../audit/describe-event';
import { defineFeature } from '../feature';
import { isolated } from '../text/isolated';
import { AccountsModule } from './accounts.module';
import { EmailChange } from './email-change.entity';
import { AddEmailChanges1769472200000 } from './migrations/1769472200000-add-email-changes';
import { NoteProofOfOldAddress1769475600000 } from './migrations/1769475600000-note-proof-of-old-address';

const events = {
  'user.create': 'made the account of {subject}',
  'user.register': (_who: string, whom: string) => `${whom} registered`,
  'user.activate': 'activated {subject}',
  'user.deactivate': 'deactivated {subject}',
  'user.rename': (who: string, whom: string) => `${who} changed what ${accountOf(who, whom)} is called`,
  'user.ask-email': (_who: string, whom: string) => `${whom} asked for another address`,
  'user.undo-email': (_who: string, whom: string) => `${whom} took back a change of their address`,
  'user.delete': 'deleted {subject}',
  'grant.add': 'gave a role to {subject}',
  'grant.change': 'changed for how long {subject} holds a role',
  'grant.remove': 'took a role from {subject}',
} as const;

declare module '../audit/event-names' {
  interface EventsOfFeatures extends Record<keyof typeof events, true> {}
}

declare module '../mail/mail-names' {
  interface MailsOfFeatures {
    'confirm-new-address': Record<never, never>;
    'address-to-change': Record<never, never>;
    'address-wanted': Record<never, never>;
  }
  interface MailRequestsOfFeatures {
    'email change': { change: string };
  }
  interface LinksOfFeatures {
    'new-email': true;
    'undo-email': true;
  }
}

/** What is done to accounts: made, renamed, given roles, ended. */
export const accounts = defineFeature({
  name: 'accounts',
  module: AccountsModule,
  entities: [EmailChange],
  migrations: [AddEmailChanges1769472200000, NoteProofOfOldAddress1769475600000],
  events,
  mails: {
    'confirm-new-address': { subject: 'Confirm your new address' },
    'address-to-change': { subject: 'Your email address is about to change' },
    'address-wanted': { subject: 'Somebody tried to use your address' },
  },
  told: {
    'user.rename': ({ after }) => renamed(after.changed),
    'user.undo-email': 'A change of your address was taken back',
    'grant.add': ({ after }) => `You were given the role ${isolated(String(after.role))}`,
    'grant.change': ({ after }) => `It was changed for how long you have the role ${isolated(String(after.role))}`,
    'grant.remove': ({ before }) => `The role ${isolated(String(before.role))} was taken from you`,
  },
  links: [],
});

function renamed(changed: unknown): string | null {
  const what = ['address', 'name'].filter((one) => Array.isArray(changed) && changed.includes(one));
  if (what.length === 0) return null;
  return `Your ${what.join(' and your ')} ${what.length === 1 ? 'was' : 'were'} changed`;
}
