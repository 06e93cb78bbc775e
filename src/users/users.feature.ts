import { defineFeature } from '../feature';
import { AddEmailConfirmedAt1769040200000 } from './migrations/1769040200000-add-email-confirmed-at';
import { AddFactorsVersion1769212800000 } from './migrations/1769212800000-add-factors-version';
import { AddEmailSince1769472100000 } from './migrations/1769472100000-add-email-since';
import { IndexUnconfirmed1769644800000 } from './migrations/1769644800000-index-unconfirmed';
import { UserWord } from './user-word.entity';
import { User } from './user.entity';
import { UsersModule } from './users.module';

const permissions = {
  'user-read': 'See your own account',
  'user-write': 'Change your own account',
  'users-read': 'See users',
  'users-write': 'Create, change, deactivate and delete users, and grant them roles',
} as const;

declare module '../access/names' {
  interface PermissionsOfFeatures extends Record<keyof typeof permissions, true> {}
}

/** Who has an account. */
export const users = defineFeature({
  name: 'users',
  module: UsersModule,
  permissions,
  entities: [UserWord, User],
  migrations: [
    AddEmailConfirmedAt1769040200000,
    AddFactorsVersion1769212800000,
    AddEmailSince1769472100000,
    IndexUnconfirmed1769644800000,
  ],
  links: [],
});
