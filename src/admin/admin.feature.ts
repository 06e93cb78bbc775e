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
  {
    to: 'GET /admin/users',
    label: 'People',
    section: true,
    sentence: 'Find somebody, give them a role or take one away, and see what they can do.',
  },
  {
    to: 'GET /admin/roles',
    label: 'Roles',
    section: true,
    sentence: 'What each role lets people do, and who has it.',
  },
  { to: 'GET /admin/access', label: 'Access map', area: 'Access', section: true },
  {
    to: 'GET /admin/access/why',
    label: 'Can … do …?',
    area: 'Access',
    sentence: 'Why somebody can do something, or can’t, and what would change that.',
  },
  { to: 'GET /admin/permissions', label: 'Permissions', area: 'Access' },
  {
    to: 'GET /admin/audit',
    label: 'Audit log',
    area: 'Activity',
    sentence: 'Who changed what, and when, and why.',
  },
  {
    to: 'GET /admin/activity',
    label: 'Sign-ins and refusals',
    area: 'Activity',
    sentence: 'Who signed in, who couldn’t, and who was refused what.',
  },
  { to: 'GET /admin/mail', label: 'Undelivered emails', area: 'Activity', section: true },
  {
    to: 'GET /admin/requests',
    label: 'Requests',
    section: true,
    sentence: 'What people ask for who were refused a page.',
  },
];

/** What is done often, straight from the home page. */
const shortcuts: readonly Link[] = [
  { to: 'GET /admin/users/new', label: 'Add a person', menu: 'home', sentence: 'Make an account for somebody new.' },
  { to: 'GET /admin/roles/new', label: 'New role', menu: 'home', sentence: 'Put permissions together under a name.' },
];

/** The administration's pages. */
export const admin = defineFeature({
  name: 'admin',
  pages: () => (require('./admin.module') as typeof Pages).AdminModule,
  permissions,
  links: [
    { to: 'GET /admin', label: 'Admin', section: true, sentence: 'What needs attention, and what happened lately.' },
    ...menu.map((link) => ({ ...link, menu: 'administration' as const })),
    ...shortcuts,
  ],
});
