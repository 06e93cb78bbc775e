import { defineFeature } from '../feature';
import type * as Pages from './auth.module';
import { RateLimit } from './rate-limit.entity';

/** Signing in and out, and registering. */
export const auth = defineFeature({
  name: 'auth',
  pages: () => (require('./auth.module') as typeof Pages).AuthModule,
  entities: [RateLimit],
  links: [
    { to: 'GET /login', label: 'Sign in' },
    { to: 'GET /register', label: 'Register' },
  ],
});
