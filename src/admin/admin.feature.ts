import { defineFeature, type Link } from '../feature';
import type * as Pages from './admin.module';

const permissions = {
  'admin-read': 'Open the administration area',
  'admin-write': 'Administer the settings of the site',
} as const;

declare module '../access/names' {
  interface PermissionsOfFeatures extends Record<keyof typeof permissions, true> {}
}

/** In the order in which a newcomer looks for them: who is here, what roles give them, and what happened. */
const menu: readonly Link[] = [
  { to: 'GET /admin', label: 'Overview' },
  { to: 'GET /admin/users', label: 'People', section: true },
  { to: 'GET /admin/roles', label: 'Roles', section: true },
  { to: 'GET /admin/access', label: 'Access map', area: 'Access', section: true },
  { to: 'GET /admin/access/why', label: 'Can … do …?', area: 'Access' },
  { to: 'GET /admin/permissions', label: 'Permissions', area: 'Access' },
  { to: 'GET /admin/audit', label: 'Changes', area: 'Activity' },
  { to: 'GET /admin/activity', label: 'Sign-ins and refusals', area: 'Activity' },
  { to: 'GET /admin/mail', label: 'Undelivered emails', area: 'Activity', section: true },
  { to: 'GET /admin/requests', label: 'Requests', section: true },
];

/** The administration's pages. */
export const admin = defineFeature({
  name: 'admin',
  pages: () => (require('./admin.module') as typeof Pages).AdminModule,
  permissions,
  links: [
    { to: 'GET /admin', label: 'Admin', section: true },
    ...menu.map((link) => ({ ...link, menu: 'administration' as const })),
  ],
});
