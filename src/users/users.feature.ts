import { accountOf } from '../audit/own-account-in-words';
import { defineFeature } from '../feature';
import { usersCommands } from './users.command';
import { UserWord } from './user-word.entity';
import { User } from './user.entity';
import { UsersModule } from './users.module';

const permissions = {
  'user-read': 'See your own account',
  'user-write': 'Change your own account',
  'users-read': 'See users',
  'users-write': 'Create, change, deactivate and delete users, and grant them roles',
} as const;

const events = {
  'user.create': 'made the account of {subject}',
  'user.register': (_who: string, whom: string) => `${whom} registered`,
  'user.activate': 'activated {subject}',
  'user.deactivate': 'deactivated {subject}',
  'user.rename': (who: string, whom: string) => `${who} changed what ${accountOf(who, whom)} is called`,
  'user.delete': 'deleted {subject}',
} as const;

declare module '../access/names' {
  interface PermissionsOfFeatures extends Record<keyof typeof permissions, true> {}
}

declare module '../audit/event-names' {
  interface EventsOfFeatures extends Record<keyof typeof events, true> {}
}

/** Accounts, and who they are. */
export const users = defineFeature({
  name: 'users',
  module: UsersModule,
  permissions,
  entities: [UserWord, User],
  events,
  commands: usersCommands,
  links: [],
});
