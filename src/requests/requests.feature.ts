import { defineFeature } from '../feature';
import { AccessRequest } from './access-request.entity';
import { RequestsModule } from './requests.module';

const events = {
  'request.approve': 'approved what {subject} asked for',
  'request.decline': 'declined what {subject} asked for',
} as const;

declare module '../notices/told' {
  interface NoticesOfFeatures {
    'request declined': true;
  }
}

declare module '../audit/event-names' {
  interface EventsOfFeatures extends Record<keyof typeof events, true> {}
}

/** Asking for access, and deciding about it. */
export const requests = defineFeature({
  name: 'requests',
  module: RequestsModule,
  entities: [AccessRequest],
  events,
  told: {
    // The role that they were given with it is told by its grant.
    'request.approve': 'What you asked for was approved',
    'request declined': ({ after }) =>
      `What you asked for was declined: “${String(after.what)}”. ${String(after.answer).replace(/\.$/, '')}`,
  },
  links: [],
});
