import { defineFeature } from '../feature';
import { AddThings1000000000000 } from './migrations/1000000000000-add-things';
import { Thing } from './thing.entity';
import { ThingsModule } from './things.module';

const permissions = {
  'things-read': 'See things',
  'things-write': 'Add things',
} as const;

const events = { 'thing.add': 'added {subject}' } as const;

declare module '../access/names' {
  interface PermissionsOfFeatures extends Record<keyof typeof permissions, true> {}
}

declare module '../audit/event-names' {
  interface EventsOfFeatures extends Record<keyof typeof events, true> {}
}

export const things = defineFeature({
  name: 'things',
  module: ThingsModule,
  permissions,
  entities: [Thing],
  migrations: [AddThings1000000000000],
  events,
  links: [{ to: 'GET /things', label: 'Things', section: true }],
});
