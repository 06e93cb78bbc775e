import { defineFeature } from '../feature';
import { AuditEvent } from './audit-event.entity';
import { AuditHead } from './audit-head.entity';
import { auditCommands } from './audit.command';
import { AuditModule } from './audit.module';
import { DailyFigure } from './daily-figure.entity';
import { AddAuditHead1768953600000 } from './migrations/1768953600000-add-audit-head';
import { IndexSignInKinds1769385700000 } from './migrations/1769385700000-index-sign-in-kinds';
import { IndexSignInsToBeFound1769558400000 } from './migrations/1769558400000-index-sign-ins-to-be-found';
import { SignInEvent } from './sign-in-event.entity';

const permissions = { 'audit-read': 'Read the audit log' } as const;

const events = {
  'audit.rechain': 'chained the {subject} anew',
} as const;

declare module '../access/names' {
  interface PermissionsOfFeatures extends Record<keyof typeof permissions, true> {}
}

declare module './event-names' {
  interface EventsOfFeatures extends Record<keyof typeof events, true> {}
}

/** The audit log: who changed what. */
export const audit = defineFeature({
  name: 'audit',
  module: AuditModule,
  permissions,
  entities: [AuditEvent, AuditHead, DailyFigure, SignInEvent],
  migrations: [AddAuditHead1768953600000, IndexSignInKinds1769385700000, IndexSignInsToBeFound1769558400000],
  events,
  commands: auditCommands,
  links: [],
});
