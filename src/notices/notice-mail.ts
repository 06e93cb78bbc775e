import type { MailWords } from '../feature';
import type { MailData } from '../mail/mail-names';
import type { AccountNotice } from './account-notice.entity';
import { sentenceOf, type ToldDetails } from './told';

/** What the outbox keeps of a mail about what happened to an account. */
export interface NoticeMailData extends MailData {
  /** JSON of the events and their details. */
  events: string;
  at: number;
  browser: string | null;
  ip: string | null;
}

/** A mail names so many at most. */
const MOST = 20;

type Told = Pick<AccountNotice, 'event' | 'by' | 'details' | 'at' | 'browser' | 'ip'>;

/** Of what happened at once, at least one thing. */
export function mailDataOf(notices: readonly Told[]): NoticeMailData {
  const [{ at, browser, ip }] = notices as [Told];
  const events = notices.slice(0, MOST).map(({ event, by, details }) => ({ event, by, details }));
  return { events: JSON.stringify(events), at, browser, ip };
}

/** Says it when the mail is made. */
export const noticeMail: MailWords = {
  subject: (data) => sentencesIn(data)[0] ?? 'Something happened to your account',
  model: (data) => ({
    sentences: sentencesIn(data),
    at: new Date(Number(data.at)),
    where: [data.browser, data.ip].filter(Boolean).join(', ') || null,
    isByOther: eventsIn(data).some(({ by }) => by === 'other'),
  }),
};

function eventsIn({ events }: MailData) {
  return JSON.parse(String(events)) as Pick<Told, 'event' | 'by' | 'details'>[];
}

function sentencesIn(data: MailData): string[] {
  return eventsIn(data).flatMap(({ event, ...notice }) => sentenceOf(event, toldDetailsOf(notice)) ?? []);
}

export function toldDetailsOf({ by, details }: Pick<Told, 'by' | 'details'>): ToldDetails {
  return { by, ...(JSON.parse(details) as Omit<ToldDetails, 'by'>) };
}

/** What they were told, in a sentence without its full stop; of a feature that has gone, the name of the event. */
export function noticeInWords({ event, ...notice }: Pick<Told, 'event' | 'by' | 'details'>): string {
  return sentenceOf(event, toldDetailsOf(notice)) ?? event;
}
