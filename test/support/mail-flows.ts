import { Database } from '../../src/database/database';
import { OutboxMessage } from '../../src/mail/outbox-message.entity';
import type { Page } from './person';
import type { Site } from './site';

export const pathOf = (link: string) => new URL(link).pathname;

/** Whether everything that was asked for is answered. */
export const isIdle = async (site: Site) =>
  !(await site.app.get(Database).read.existsBy(OutboxMessage, { isRequest: true }));

/** What a stranger sees of an answer: all but what differs between any two requests. */
export function seen({ status, headers, body }: Page) {
  const varying = ['date', 'set-cookie', 'x-request-id'];
  const cookies = headers.getSetCookie().map((cookie) => cookie.replace(/=[^;]*/, (value) => `=${value.length}`));
  const cookieNames = cookies.map((cookie) => cookie.replace(/Expires=[^;]*/i, ''));
  return { status, body, cookieNames, headers: [...headers].filter(([name]) => !varying.includes(name)) };
}
