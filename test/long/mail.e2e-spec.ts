import { setTimeout as pause } from 'node:timers/promises';
import { addresses, MailingSite } from '../support/mail-processes';

const MINUTE = 60_000;
const MOST_AFTER_RETURN = 75_000;

let site: MailingSite;
beforeAll(async () => {
  site = await MailingSite.begin();
});
afterAll(() => site.end());

it('a mail server that is away for a minute, and a process killed meanwhile, lose no mail of 50 registrations', async () => {
  const [one] = await Promise.all([site.start(), site.start()]);
  await site.server.close();
  const people = addresses('away', 29);
  const more = addresses('later', 21);
  expect(new Set(await site.register(people))).toEqual(new Set([303]));
  await pause(MINUTE / 2);
  await one.signal('SIGKILL');
  await site.start();
  // From one network thirty an hour may register.
  await site.database.change('DELETE FROM rate_limits');
  expect(new Set(await site.register(more))).toEqual(new Set([303]));
  await pause(MINUTE / 2);
  await site.server.open();
  const returned = Date.now();
  for (const email of [...people, ...more]) await site.server.mailTo(email);
  expect(Date.now() - returned).toBeLessThan(MOST_AFTER_RETURN);
  await site.untilSent();
  const numbers = [...people, ...more].map((email) => site.server.mailsTo(email).length);
  expect(numbers.filter((number) => number > 1).length).toBeLessThanOrEqual(1);
});
