import { defineFeature } from '../feature';
import { MailModule } from './mail.module';
import { AddOutbox1769040000000 } from './migrations/1769040000000-add-outbox';
import { OutboxMessage } from './outbox-message.entity';

const events = { 'mail.retry': 'had the {subject} tried again' } as const;

declare module '../audit/event-names' {
  interface EventsOfFeatures extends Record<keyof typeof events, true> {}
}

/** Mails, from the transaction that causes them to the mail server. */
export const mail = defineFeature({
  name: 'mail',
  module: MailModule,
  entities: [OutboxMessage],
  migrations: [AddOutbox1769040000000],
  events,
  links: [],
});
