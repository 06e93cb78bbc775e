import { accountOf } from '../audit/describe-event';
import { defineFeature } from '../feature';
import { AddFactorOfSession1769216400000 } from './migrations/1769216400000-add-factor-of-session';
import { AddProofs1769299200000 } from './migrations/1769299200000-add-proofs';
import { AddKnownBrowsers1769385600000 } from './migrations/1769385600000-add-known-browsers';
import { KnownBrowser } from './known-browser.entity';
import { Session } from './session.entity';
import { SessionsModule } from './sessions.module';

const events = {
  'user.end-sessions': (who: string, whom: string) => `${who} ended sessions of ${accountOf(who, whom)}`,
} as const;

declare module '../audit/event-names' {
  interface EventsOfFeatures extends Record<keyof typeof events, true> {}
}

declare module '../notices/told' {
  interface NoticesOfFeatures {
    'new browser': true;
  }
}

/** Where people are signed in. */
export const sessions = defineFeature({
  name: 'sessions',
  module: SessionsModule,
  entities: [KnownBrowser, Session],
  migrations: [AddFactorOfSession1769216400000, AddProofs1769299200000, AddKnownBrowsers1769385600000],
  events,
  told: {
    'new browser': 'Your account was signed in to in a new browser',
    'user.end-sessions': ({ by }) => (by === 'other' ? 'An administrator ended sessions of yours' : null),
  },
  links: [],
});
