import 'reflect-metadata';
import { setFlagsFromString } from 'node:v8';
import { Logger } from '@nestjs/common';
import { settings, type Settings } from './config/settings';
import { createSite } from './site';
import { explainStartFailure } from './start-failure';
import { endGracefully } from './web/shutdown';

// Left alone, V8 lets the heap grow to four times what is alive before it looks for garbage (docs/decisions/growth-of-the-heap.md).
setFlagsFromString('--heap-growing-percent=70');

async function start(): Promise<void> {
  const site = await createSite();
  const { PORT, HOST, APP_NAME, APP_URL } = site.get<Settings>(settings.KEY);
  await site.listen(PORT, HOST);
  endGracefully(site);
  new Logger('Site').log(`${APP_NAME} is at ${APP_URL}, listening on ${await site.getUrl()}`);
}

start().catch((error: unknown) => {
  process.stderr.write(`${explainStartFailure(error)}\n`);
  process.exit(1);
});
