import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { LessThanOrEqual } from 'typeorm';
import { Clock } from '../../src/config/clock';
import { Database } from '../../src/database/database';
import { OutboxMessage } from '../../src/mail/outbox-message.entity';
import type { Site } from './site';

/** What is written of a refusal too, beside what it refuses. */
const ofAttempts = ['sign_in_events', 'daily_figures', 'rate_limits'];

/** What the worker that sends mails writes meanwhile, whatever is asked of the site. */
const ofTheWorker = ['due_at', 'sent_at', 'claim', 'attempts'];

/** Everything the database holds about who may do what, in whichever table, to compare before and after. */
export async function dump(site: Site): Promise<Record<string, unknown[]>> {
  await untilMailsRest(site);
  const { read } = site.app.get(Database);
  const tables = read.connection.entityMetadatas.map(({ tableName }) => tableName);
  const compared = tables.filter((table) => !ofAttempts.includes(table));
  const rows = await Promise.all(
    compared.map(async (table) => [table, await read.query<unknown[]>(`SELECT * FROM ${table} ORDER BY 1, 2`)]),
  );
  const { outbox = [], ...others } = Object.fromEntries(rows) as Record<string, object[]>;
  return { ...others, outbox: outbox.map(withoutTheWorker) };
}

/** Fails where the database holds anything else by now. Jest compares slowly, so it is asked only what the difference is. */
export async function expectUnchanged(site: Site, before: Awaited<ReturnType<typeof dump>>): Promise<void> {
  const after = await dump(site);
  if (!isDeepStrictEqual(after, before)) expect(after).toEqual(before);
}

/** The worker sends, or drops, what is due, whoever asks for what meanwhile. Where the clock stands still, it may never be. */
async function untilMailsRest(site: Site): Promise<void> {
  const { read } = site.app.get(Database);
  const isDue = () =>
    read.existsBy(OutboxMessage, [
      { isRequest: true },
      { dueAt: LessThanOrEqual(site.app.get(Clock).now().getTime()) },
    ]);
  for (let i = 0; i < 100 && (await isDue()); i++) await pause(20);
}

function withoutTheWorker(mail: object): object {
  return Object.fromEntries(Object.entries(mail).filter(([column]) => !ofTheWorker.includes(column)));
}
