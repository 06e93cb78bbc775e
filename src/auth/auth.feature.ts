import { defineFeature } from '../feature';
import type * as Pages from './auth.module';
import { RateLimit } from './rate-limit.entity';

declare module '../notices/told' {
  interface NoticesOfFeatures {
    'account attacked': true;
    'wrong second factor': true;
  }
}

declare module '../mail/mail-names' {
  interface MailRequestsOfFeatures {
    'account attacked': Record<never, never>;
  }
}

/** Signing in and out, and registering. */
export const auth = defineFeature({
  name: 'auth',
  pages: () => (require('./auth.module') as typeof Pages).AuthModule,
  entities: [RateLimit],
  told: {
    'account attacked': 'Somebody tried too many wrong passwords for your account',
    'wrong second factor': 'A wrong code was entered for your account, after the right password',
  },
  links: [
    { to: 'GET /login', label: 'Sign in' },
    { to: 'GET /register', label: 'Register' },
  ],
});
