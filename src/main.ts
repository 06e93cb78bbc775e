import './compile-cache';
import 'reflect-metadata';
import { setFlagsFromString } from 'node:v8';
import { Logger } from '@nestjs/common';
import { loadEnvironment } from './config/environment';
import { settings, type Settings } from './config/settings';
import { createSite } from './site';
import { surviveLostOutput } from './standard-streams';
import { explainStartFailure } from './start-failure';
import { endGracefully, endOnFault } from './web/shutdown';

// Left alone, V8 lets the heap grow to four times what is alive before it looks for garbage (docs/decisions/growth-of-the-heap.md).
setFlagsFromString('--heap-growing-percent=150');

// People use the site whether its log is read or not.
surviveLostOutput((stream, error) => {
  if (stream === 'stdout')
    process.stderr.write(`The log can't be written any more, the site goes on: ${error.message}\n`);
});

async function start(): Promise<void> {
  const envFile = loadEnvironment();
  const site = await createSite();
  const { PORT, HOST, APP_NAME, APP_URL } = site.get<Settings>(settings.KEY);
  await site.listen(PORT, HOST);
  endOnFault();
  endGracefully(site);
  const logger = new Logger('Site');
  logger.log(`The settings come from the process environment${envFile ? `, completed by ${envFile}` : ' alone'}.`);
  logger.log(`${APP_NAME} is at ${APP_URL}, listening on ${await site.getUrl()}`);
}

start().catch((error: unknown) => {
  process.stderr.write(`${explainStartFailure(error)}\n`);
  process.exit(1);
});
