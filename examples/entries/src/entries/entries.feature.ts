import { defineFeature } from '../feature';
import { entriesCommands } from './entries.command';
import { EntriesModule } from './entries.module';
import { Entry } from './entry.entity';
import { AddEntries1769040000000 } from './migrations/1769040000000-add-entries';

const permissions = {
  'entries-read': 'See everybody’s entries',
  'entries-judge': 'Mark entries',
} as const;

const events = {
  'entry.send': 'sent in {subject}',
  'entry.mark': 'marked {subject}',
} as const;

declare module '../access/names' {
  interface PermissionsOfFeatures extends Record<keyof typeof permissions, true> {}
}

declare module '../audit/event-names' {
  interface EventsOfFeatures extends Record<keyof typeof events, true> {}
}

/** People send entries in, and judges mark them. */
export const entries = defineFeature({
  name: 'entries',
  module: EntriesModule,
  permissions,
  roles: { Judge: { description: 'Marks the entries', permissions: ['entries-read', 'entries-judge'] } },
  entities: [Entry],
  migrations: [AddEntries1769040000000],
  events,
  commands: entriesCommands,
  links: [{ to: 'GET /entries', label: 'Entries', section: true }],
});
