import { defineFeature } from '../feature';
import type * as Pages from './account.module';

/** The pages on which people look after their own account. */
export const account = defineFeature({
  name: 'account',
  pages: () => (require('./account.module') as typeof Pages).AccountModule,
  links: [
    {
      to: 'GET /account',
      label: 'Account',
      menu: 'account',
      section: true,
      sentence: 'Your name, your roles and what they let you do, and how you sign in.',
    },
    { to: 'GET /account', label: 'Sessions', menu: 'account', part: 'sessions' },
  ],
});
