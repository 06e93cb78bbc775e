import { defineFeature } from '../feature';
import { isolated } from '../text/isolated';
import { Grant } from './grant.entity';
import { AddSeededRoles1768867200000 } from './migrations/1768867200000-add-seeded-roles';
import { Permission } from './permission.entity';
import { permissionsCommands } from './permissions.command';
import { RoleKey } from './role-key.entity';
import { Role, RolePermission } from './role.entity';
import { RolesModule } from './roles.module';
import { SeededRole } from './seeded-role.entity';

const permissions = {
  'roles-read': 'See roles',
  'roles-write': 'Create, change and delete roles',
} as const;

const events = {
  'role.create': 'made the {subject}',
  'role.change': 'changed the {subject}',
  'role.delete': 'deleted the {subject}',
  'role.change-permissions': 'changed what the {subject} carries',
  'permission.add': 'added the {subject} to the catalogue',
} as const;

declare module '../access/names' {
  interface PermissionsOfFeatures extends Record<keyof typeof permissions, true> {}
}

declare module '../audit/event-names' {
  interface EventsOfFeatures extends Record<keyof typeof events, true> {}
}

/** Roles, and what they carry. */
export const roles = defineFeature({
  name: 'roles',
  module: RolesModule,
  permissions,
  builtInRoles: {
    User: { description: 'Everybody with an account', permissions: ['user-read', 'user-write'] },
    Admin: { description: 'Administrators of the site', permissions: [] },
  },
  entities: [Grant, Permission, Role, RoleKey, RolePermission, SeededRole],
  migrations: [AddSeededRoles1768867200000],
  events,
  commands: permissionsCommands,
  told: {
    'role.delete': ({ before }) => `The role ${isolated(String(before.role))}, which you had, was deleted`,
  },
  links: [],
});
