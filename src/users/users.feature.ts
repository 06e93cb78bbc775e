import { defineFeature } from '../feature';
import { AccessRequest } from './access-request.entity';
import { accessCommands } from './access.command';
import { PasswordLink } from './password-link.entity';
import { rolesCommands } from './roles.command';
import { Session } from './session.entity';
import { UserWord } from './user-word.entity';
import { User } from './user.entity';
import { usersCommands } from './users.command';
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
  'user.rename': (who: string, whom: string) => `${who} changed what ${ownAccount(who, whom)} is called`,
  'user.delete': 'deleted {subject}',
  'user.change-password': (who: string, whom: string) => `${who} changed the password of ${ownAccount(who, whom)}`,
  'user.make-link': 'made a link by which {subject} can set a password',
  'user.set-password': (_who: string, whom: string) => `${whom} set a password by a link`,
  'user.end-sessions': (who: string, whom: string) => `${who} ended sessions of ${ownAccount(who, whom)}`,
  'request.approve': 'approved what {subject} asked for',
  'request.decline': 'declined what {subject} asked for',
} as const;

declare module '../access/names' {
  interface PermissionsOfFeatures extends Record<keyof typeof permissions, true> {}
}

declare module '../audit/event-names' {
  interface EventsOfFeatures extends Record<keyof typeof events, true> {}
}

/** Accounts: who they are, what they hold, and what they ask for. */
export const users = defineFeature({
  name: 'users',
  module: UsersModule,
  permissions,
  entities: [AccessRequest, PasswordLink, Session, User, UserWord],
  events,
  commands: [...usersCommands, ...rolesCommands, ...accessCommands],
  links: [],
});

function ownAccount(who: string, whom: string): string {
  return whom === who ? 'their own account' : whom;
}
