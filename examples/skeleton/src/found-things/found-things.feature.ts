import { defineFeature } from '../feature';
import { AddFoundThings1000000000000 } from './migrations/1000000000000-add-found-things';
import { FoundThing } from './found-thing.entity';
import { FoundThingsModule } from './found-things.module';

const permissions = {
  'found-things-read': 'See found things',
  'found-things-write': 'Add found things',
} as const;

const events = { 'found-thing.add': 'added {subject}' } as const;

declare module '../access/names' {
  interface PermissionsOfFeatures extends Record<keyof typeof permissions, true> {}
}

declare module '../audit/event-names' {
  interface EventsOfFeatures extends Record<keyof typeof events, true> {}
}

export const foundThings = defineFeature({
  name: 'found-things',
  module: FoundThingsModule,
  permissions,
  entities: [FoundThing],
  migrations: [AddFoundThings1000000000000],
  events,
  links: [{ to: 'GET /found-things', label: 'Found things', section: true }],
});
